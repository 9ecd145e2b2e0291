export { OPEN } from '../../dist/apps/api/src/http/authentication.js';

const PRINCIPAL = { tenantId: 'default', actor: { id: 'bench', role: 'administrator', kind: 'service' } };

export const authenticate = (server) => {
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', (request, _, next) => {
    request.principal = PRINCIPAL;
    next();
  });
};

export const authorize = () => undefined;
