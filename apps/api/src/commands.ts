import type { Type } from '@nestjs/common';
import type { ICommand, ICommandHandler } from '@nestjs/cqrs';
import * as access from '#access/commands';
import * as alert from '#alert/commands';
import * as customer from '#customer/commands';
import * as serviceLevel from '#service-level/commands';
import * as serviceRequest from '#service-request/commands';

const offered: readonly (readonly [string, unknown])[] = [
  access,
  alert,
  customer,
  serviceLevel,
  serviceRequest,
].flatMap((lib) => Object.entries(lib));

const named = (ending: string): readonly unknown[] =>
  offered.filter(([name]) => name.endsWith(ending)).map(([, value]) => value);

/** Every command that the libs offer; the boot fails unless each has exactly one handler. */
export const COMMANDS = named('Command') as readonly Type<ICommand>[]; // by the names of the house

export const HANDLERS = named('Handler') as readonly Type<ICommandHandler>[]; // likewise
