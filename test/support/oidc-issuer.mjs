// An OpenID Connect issuer of its own process: the package is not made for the runtime of the tests.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';

console.warn = console.info = () => {}; // advice for those who run it for real
const { Provider } = await import('oidc-provider');
const AUDIENCE = 'urn:desk';
const SECRET = 'known-to-the-tests-known-to-the-tests-0123';

/** A client is named by what its tokens are to say: `<role>.<tenant>`. */
const clientOf = (client_id, alg) => ({
  client_id,
  client_secret: SECRET,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  id_token_signed_response_alg: alg,
});

const claimsOf = ({ clientId }) => {
  const [role, tenant] = clientId.split('.');
  return { ledgerdesk_role: role, ...(tenant && { ledgerdesk_tenant: tenant }) };
};

const provider = async (issuer, alg) => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${process.hrtime.bigint()}` };
  return new Provider(issuer, {
    clients: process.argv.slice(2).map((id) => clientOf(id, alg)),
    jwks: { keys: [key] },
    clientAuthMethods: ['client_secret_basic'],
    extraTokenClaims: (_, token) => claimsOf(token),
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, audience) => ({
          audience,
          scope: '',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        }),
      },
    },
  });
};

let handle;
let isHanging = false;
const server = createServer((request, response) => {
  if (!isHanging) handle(request, response);
});
server.listen(0, '127.0.0.1', async () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const use = async (alg) => {
    handle = (await provider(issuer, alg)).callback();
  };
  await use('RS256');
  process.send({ issuer, audience: AUDIENCE, secret: SECRET });
  process.on('message', async ({ rotateTo, hang }) => {
    if (rotateTo !== undefined) await use(rotateTo);
    if (hang !== undefined) isHanging = hang;
    process.send({ done: true });
  });
});
process.on('disconnect', () => process.exit());
