import type { Type } from '@nestjs/common';
import type { ICommand, ICommandHandler } from '@nestjs/cqrs';

/** Where `@CommandHandler` notes its command. */
const HANDLED_COMMAND = '__commandHandler__';

/**
 * The command bus only warns of a second handler, and finds a missing one when the first such command comes.
 * @throws Error that names each command with no handler or more than one
 */
export const assertOneHandlerEach = (
  commands: readonly Type<ICommand>[],
  handlers: readonly Type<ICommandHandler>[],
): void => {
  const handled = handlers.map((handler): unknown => Reflect.getMetadata(HANDLED_COMMAND, handler));
  const wrong = commands
    .map((command) => ({ name: command.name, count: handled.filter((candidate) => candidate === command).length }))
    .filter(({ count }) => count !== 1);
  if (wrong.length === 0) return;
  throw new Error(
    `Each command needs exactly one handler: ${wrong.map(({ name, count }) => `${name} has ${count}`).join(', ')}.`,
  );
};
