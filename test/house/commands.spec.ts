import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { COMMANDS, HANDLERS } from '../../apps/api/src/commands.js';
import { assertOneHandlerEach } from '../../apps/api/src/one-handler-each.js';

const LIBS = join(__dirname, '../../libs');
const files = (ending: string): readonly string[] =>
  readdirSync(LIBS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(ending));

const classesOf = async (ending: string): Promise<readonly string[]> => {
  const modules = await Promise.all(files(ending).map((path) => import(join(LIBS, path)) as Promise<object>));
  return modules
    .flatMap((exported): readonly unknown[] => Object.values(exported))
    .filter((value): value is new () => object => typeof value === 'function')
    .map(({ name }) => name);
};

class Wave {
  readonly to = 'everyone';
}

@CommandHandler(Wave)
class WaveHandler implements ICommandHandler<Wave> {
  async execute(): Promise<void> {}
}

@CommandHandler(Wave)
class SecondWaveHandler implements ICommandHandler<Wave> {
  async execute(): Promise<void> {}
}

describe('commands', () => {
  it('are all offered where the boot looks', async () => {
    const listed = COMMANDS.map(({ name }) => name).sort();
    expect([...(await classesOf('.command.ts'))].sort()).toEqual(listed);
  });

  it('have all their handlers offered', async () => {
    const listed = HANDLERS.map(({ name }) => name).sort();
    expect([...(await classesOf('.handler.ts'))].sort()).toEqual(listed);
  });

  it('have one handler each', () => {
    expect(() => assertOneHandlerEach(COMMANDS, HANDLERS)).not.toThrow();
  });

  it.each(files('.command.ts'))('%s has its handler beside it', (path) => {
    expect(files('.handler.ts')).toContain(path.replace(/\.command\.ts$/, '.handler.ts'));
  });
});

describe('the boot', () => {
  it('takes one handler a command', () => {
    expect(() => assertOneHandlerEach([Wave], [WaveHandler])).not.toThrow();
  });

  it('fails when a command has none, or two, and names it', () => {
    expect(() => assertOneHandlerEach([Wave], [])).toThrow('Wave has 0');
    expect(() => assertOneHandlerEach([Wave], [WaveHandler, SecondWaveHandler])).toThrow('Wave has 2');
  });

  it('names every such command at once', () => {
    expect(() => assertOneHandlerEach(COMMANDS, HANDLERS.slice(2))).toThrow(/Command has 0, .*Command has 0/);
  });
});
