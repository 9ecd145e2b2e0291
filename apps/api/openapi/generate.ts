import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLLERS } from '../src/api.module.js';
import { documentOf } from './document.js';
import { Sources } from './sources.js';

const DESCRIPTION = `An event-sourced support-ticketing backend whose response deadlines are exact, explainable and recorded for ever.

Instants are RFC 3339 with a zone, answered in UTC with milliseconds; durations are ISO 8601; zones are IANA ids and languages BCP 47 tags.

Every command takes an \`Idempotency-Key\` and answers with its \`revision\` (also the \`ETag\`) and the \`position\` of its last event. A read that takes \`waitFor\` answers once it has seen that position.

Every list answers with \`items\` and \`nextCursor\`, which is null at the end.

Every answer carries \`X-Request-Id\` (yours, or a new one) and what makes browsers careful. Where requests are limited, it also carries \`RateLimit\` and \`RateLimit-Policy\`. Answers are compressed for who accepts \`br\` or \`gzip\`, and \`Preference-Applied\` tells that a preference was met.

Every refusal is a problem document (RFC 9457) whose \`type\` opens a page that says what to do. Beside those listed with a route, what is no proper HTTP is answered with \`timeout\` (408), \`expectation-failed\` (417) or \`headers-too-large\` (431), and a defect of ours with \`internal\` (500).`;

/** The OpenAPI document of the API, from its sources in this folder and its built controllers. */
export const generate = (root: string): object => {
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly license: string;
  };
  return documentOf(CONTROLLERS, new Sources(root), { version, license, description: DESCRIPTION });
};
