/** Listeners of a Kafka node that speak TLS, with certificates of an authority of the tests' own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Certificate, createAuthority } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { loginSettings, type MoreListeners } from "./kafka-node.ts";

export interface TlsListeners {
  /** Without login; with one, as the plain listener for it; with a certificate of the client's own. */
  readonly open: string;
  readonly login: string;
  readonly mutual: string;
  /** PEM of the authority. */
  readonly ca: string;
  /** Of an authority that has signed nothing of the broker's. */
  readonly strange: Certificate;
  readonly client: Certificate;
}

export async function tlsListeners(dir: string): Promise<{ more: MoreListeners; listeners: TlsListeners }> {
  const authority = await createAuthority(dir, "authority");
  const strange = await createAuthority(dir, "stranger");
  const [server, client] = [await authority.issue("broker"), await authority.issue("client")];
  const [store, trusted] = [join(dir, "broker-store.pem"), join(dir, "trusted.pem")];
  await writeFile(store, `${server.key}${server.cert}${authority.cert}`);
  await writeFile(trusted, authority.cert);
  const ports = { TLS: await freePort(), TLSLOGIN: await freePort(), MUTUAL: await freePort() };
  const at = (port: number) => `127.0.0.1:${port}`;
  return {
    more: {
      ports,
      protocols: { TLS: "SSL", TLSLOGIN: "SASL_SSL", MUTUAL: "SSL" },
      settings: {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": store,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": trusted,
        "listener.name.mutual.ssl.client.auth": "required",
        ...loginSettings("TLSLOGIN"),
      },
    },
    listeners: {
      open: at(ports.TLS),
      login: at(ports.TLSLOGIN),
      mutual: at(ports.MUTUAL),
      ca: authority.cert,
      strange: await strange.issue("client"),
      client,
    },
  };
}
