import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

interface Said {
  readonly issuer: string;
  readonly audience: string;
  readonly secret: string;
}

/** A real OpenID Connect issuer on loopback, with a client for each `<role>.<tenant>`. */
export class OidcIssuer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly said: Said,
  ) {}

  static async start(clients: readonly string[]): Promise<OidcIssuer> {
    const child = fork(join(__dirname, 'oidc-issuer.mjs'), clients, {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [said] = (await once(child, 'message')) as [Said];
    return new OidcIssuer(child, said);
  }

  get settings() {
    const { issuer, audience } = this.said;
    return { issuer, audience };
  }

  /** A client's access token, as its program would get it. */
  async token(client: string, resource = this.said.audience): Promise<string> {
    const credentials = Buffer.from(`${client}:${this.said.secret}`).toString('base64');
    const answer = await fetch(`${this.said.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
    });
    const body = (await answer.json()) as { readonly access_token?: string };
    if (body.access_token === undefined) throw new Error(`The issuer refused: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  /** From now on it signs with a new key, and knows the old one no more. */
  rotateTo(alg: string): Promise<void> {
    return this.#tell({ rotateTo: alg });
  }

  /** Takes connections and answers nothing. */
  hang(hang: boolean): Promise<void> {
    return this.#tell({ hang });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }

  async #tell(message: object): Promise<void> {
    const heard = once(this.child, 'message');
    this.child.send(message);
    await heard;
  }
}
