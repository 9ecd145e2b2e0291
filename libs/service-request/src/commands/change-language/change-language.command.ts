import type { ChangeLanguage } from '../../domain/change-language.js';
import { RequestCommand } from '../request-command.js';

export class ChangeLanguageCommand extends RequestCommand<Omit<ChangeLanguage, 'now'>> {}
