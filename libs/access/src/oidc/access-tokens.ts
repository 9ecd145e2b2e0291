import { errors, type JWTPayload, jwtVerify } from 'jose';
import { type Clock, instantToMs, type TenantId } from '#kernel';
import type { Principal } from '../principal.js';
import { ROLES } from '../roles.js';
import { Issuer, type IssuerLimits, IssuerUnavailableError } from './issuer.js';

/** What became of an access token. */
export type TokenVerdict =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'invalid' | 'no-tenant' | 'no-role'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
}

/** Asymmetric ones only: whoever can check a signature must not be able to make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** By how much the issuer's clock may differ. */
const SKEW_S = 30;
const LIMITS: IssuerLimits = { timeoutMs: 2_000, coolDownMs: 5_000, keepMs: 10 * 60_000 };

const TENANT_CLAIM = 'ledgerdesk_tenant';
const ROLE_CLAIM = 'ledgerdesk_role';
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

/** Three parts in base64url, of which the second is the claims: no key that was issued looks like this. */
export const looksLikeToken = (credential: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(credential);

const invalid = (detail: string): TokenVerdict => ({ kind: 'invalid', detail });

const whyInvalid = (error: errors.JOSEError | TypeError): string => {
  if (error instanceof errors.JWTExpired) return 'This access token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `This access token is not meant for here: its claim ${error.claim} does not fit.`;
  if (error instanceof TypeError) return 'The key that this access token names is of no use, for example too short.';
  return 'This access token was not signed by the issuer that is trusted here.';
};

/** Access tokens (RFC 9068) of the one OpenID Connect issuer that an installation trusts. */
export class AccessTokens {
  readonly #issuer: Issuer;

  /** @param isRegistered whether a tenant is known here, suspended or not */
  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: Clock,
    private readonly isRegistered: (tenantId: string) => boolean,
    limits: Partial<IssuerLimits> = {},
  ) {
    this.#issuer = new Issuer(settings.issuer, { ...LIMITS, ...limits });
  }

  /** Never fails, and takes no longer than the time limits of the issuer. */
  async verdictOn(token: string): Promise<TokenVerdict> {
    const now = instantToMs(this.clock.now());
    let claims: JWTPayload;
    try {
      const { payload } = await jwtVerify(token, this.#issuer.keyOf, {
        ...this.settings,
        algorithms: ALGORITHMS,
        clockTolerance: SKEW_S,
        currentDate: new Date(now), // the library takes no other form
        requiredClaims: ['exp', 'sub'],
      });
      claims = payload;
    } catch (error) {
      if (error instanceof IssuerUnavailableError) return { kind: 'unavailable', reason: error.message };
      // The latter for a key that was published, but that its algorithm does not take.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid(whyInvalid(error));
      throw error;
    }
    return this.#verdictOn(claims);
  }

  #verdictOn({ sub, exp = 0, [TENANT_CLAIM]: tenant, [ROLE_CLAIM]: named }: JWTPayload): TokenVerdict {
    if (typeof sub !== 'string' || !SUBJECT.test(sub))
      return invalid('The claim sub of this access token is not 1 to 255 printable characters.');
    if (typeof tenant !== 'string' || !this.isRegistered(tenant))
      return { kind: 'no-tenant', detail: `The claim ${TENANT_CLAIM} of this access token names no tenant.` };
    const role = ROLES.find((known) => known === named);
    if (role === undefined)
      return {
        kind: 'no-role',
        detail: `The claim ${ROLE_CLAIM} of this access token must be one of ${ROLES.join(', ')}.`,
      };
    const id = `oidc:${new URL(this.settings.issuer).host}:${sub}`;
    const endsAtMs = (exp + SKEW_S) * 1_000; // no instant: an issuer may write a year of five digits
    const principal: Principal = {
      tenantId: tenant as TenantId, // it is registered
      actor: { id, role, kind: role === 'service' ? 'service' : 'person' },
      prefix: null,
      hasEnded: () => instantToMs(this.clock.now()) >= endsAtMs,
    };
    return { kind: 'known', principal };
  }
}
