import { readFileSync } from 'node:fs';
import type { ApiDocument } from './api-document.js';

/** `npm run openapi` writes it; the build lies beside the sources' folders, so the way there is the same. */
const FILE = new URL('../../openapi.json', import.meta.url);

/** The document of this API. @throws Error when the build lacks it */
export const readDocument = (): ApiDocument => JSON.parse(readFileSync(FILE, 'utf8')) as ApiDocument; // as it was generated
