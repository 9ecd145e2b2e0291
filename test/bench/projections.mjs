import { Connections, httpRequest, percentile } from './load.mjs';
import { KEY, registerContoso, startService } from './service.mjs';

const BODY = JSON.stringify({ customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' });

const lagOf = async (service) => {
  const { body } = await service.send('GET', '/v1/projections');
  return Math.max(...body.items.map(({ lagMs }) => lagMs));
};

/** Commands at a steady rate; the lag is what the service itself says, asked every 50 ms. */
export const benchLag = async (perSecond = 2_000, seconds = 8) => {
  const service = await startService();
  await registerContoso(service);
  const request = httpRequest({ path: '/v1/service-requests', host: new URL(service.url).host, key: KEY, body: BODY });
  const connections = await Connections.open(service.url, 64);
  const lags = [];
  const begun = performance.now();
  let sent = 0;
  let asking = Promise.resolve();
  let lastAsked = 0;
  for (let now = 0; now < seconds * 1_000; now = performance.now() - begun) {
    while (sent < (now / 1_000) * perSecond && connections.send(request)) sent += 1;
    if (now > 1_000 && now - lastAsked > 50) {
      lastAsked = now;
      asking = asking.then(async () => lags.push(await lagOf(service)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await asking;
  const answered = await connections.close();
  const sorted = lags.sort((a, b) => a - b);
  const result = {
    wanted: perSecond,
    reached: Math.round(answered / seconds),
    lagP50Ms: percentile(sorted, 50),
    lagP99Ms: percentile(sorted, 99),
  };
  await service.stop();
  return { result, folder: service.folder, remove: service.remove };
};

/** Rebuilds the largest read model of a store that is there, and takes its time until it has caught up and was swapped. */
export const benchRebuild = async (folder) => {
  const service = await startService({ folder });
  const begun = performance.now();
  const { body } = await service.send('POST', '/v1/projections/service-requests/rebuild');
  for (;;) {
    const { body: now } = await service.send('GET', '/v1/projections');
    const model = now.items.find(({ name }) => name === 'service-requests');
    if (model.state === 'live' && Number(model.position) >= Number(body.position)) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - begun) / 1_000;
  const events = Number(body.position);
  await service.stop();
  return {
    events,
    seconds: Number(seconds.toFixed(2)),
    eventsPerSecond: Math.round(events / seconds),
    startupMs: Math.round(service.startupMs),
  };
};
