// Loaded before the service: when the starter is killed without a chance to say so, its channel closes.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
