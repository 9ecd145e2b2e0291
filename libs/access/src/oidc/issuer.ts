import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { isSafeAddress, messageOf } from '#kernel';

/** The issuer, or its keys, cannot be had at the moment: nothing can be said of any token. */
export class IssuerUnavailableError extends Error {
  override readonly name = 'IssuerUnavailableError';
}

export interface IssuerLimits {
  /** How long a caller waits for the issuer, at most: once for its configuration, once for its keys. */
  readonly timeoutMs: number;
  /** How long after an answer, or a failure, the issuer is left in peace. */
  readonly coolDownMs: number;
  /** How long its keys are used without asking again. */
  readonly keepMs: number;
}

const readConfiguration = async (issuer: string, timeoutMs: number): Promise<URL> => {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!answer.ok) throw new Error(`Its configuration answers with ${answer.status}.`);
  const said: unknown = await answer.json();
  if (typeof said !== 'object' || said === null || !('issuer' in said) || !('jwks_uri' in said))
    throw new Error('Its configuration has no issuer or no jwks_uri.');
  if (said.issuer !== issuer) throw new Error('Its configuration is of another issuer.');
  if (typeof said.jwks_uri !== 'string' || !isSafeAddress(said.jwks_uri))
    throw new Error('Its jwks_uri is no https address.');
  return new URL(said.jwks_uri);
};

/** What says of the token, not of the issuer, that it cannot be used. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** The keys of an OpenID Connect issuer: found when first needed, kept, and asked for anew when a token names another. */
export class Issuer {
  #found: Promise<KeySet> | undefined;
  #failed: { readonly until: number; readonly reason: string } | undefined;

  /** @param steadyMs milliseconds of a clock that nobody sets */
  constructor(
    readonly name: string,
    private readonly limits: IssuerLimits,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {}

  /** The key that a token names. @throws IssuerUnavailableError within the time limits @throws JOSEError when there is none */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    const keys = await (this.#found ?? this.#orUnavailable(() => (this.#found ??= this.#find())));
    try {
      return await keys(header, token);
    } catch (error) {
      throw isOfToken(error) ? error : new IssuerUnavailableError(messageOf(error));
    }
  };

  /**
   * Asks for the keys. A failure counts here and not where a token needs them: what names an unknown key must neither make
   * the issuer be asked again and again, nor shut out what names a kept one.
   */
  readonly #readKeys: FetchImplementation = (address, options) =>
    this.#orUnavailable(async () => {
      const answer = await fetch(address, options);
      if (answer.status !== 200) throw new Error(`Its keys answer with ${answer.status}.`);
      const keys = (await answer.json()) as JSONWebKeySet; // the next line finds out
      createLocalJWKSet(keys);
      return Response.json(keys);
    });

  /** Once the issuer has failed, whoever comes next is told at once. */
  async #orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#failed !== undefined && this.steadyMs() < this.#failed.until)
      throw new IssuerUnavailableError(this.#failed.reason);
    try {
      return await ask();
    } catch (error) {
      const reason = messageOf(error);
      this.#failed = { until: this.steadyMs() + this.limits.coolDownMs, reason };
      throw new IssuerUnavailableError(reason);
    }
  }

  async #find(): Promise<KeySet> {
    try {
      const { timeoutMs, coolDownMs, keepMs } = this.limits;
      const address = await readConfiguration(this.name, timeoutMs);
      return createRemoteJWKSet(address, {
        timeoutDuration: timeoutMs,
        cooldownDuration: coolDownMs,
        cacheMaxAge: keepMs,
        [customFetch]: this.#readKeys,
      });
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }
}
