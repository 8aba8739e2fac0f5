import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where models come from and where they lie, from the variables that Python's huggingface_hub reads too. */
export interface HubSettings {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** Folder that holds `models--organization--name`. */
  readonly cacheDir: string;
  /** Sent to the endpoint and to nobody else. */
  readonly token: string | undefined;
  readonly offline: boolean;
  /** What to know about a proxy that the variables name, which `fetch` may not use. */
  readonly proxyHint: string | undefined;
}

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `HF_ENDPOINT`, `HF_HUB_CACHE` (or `HUGGINGFACE_HUB_CACHE`), `HF_HOME`, `XDG_CACHE_HOME`, `HF_TOKEN`, `HF_TOKEN_PATH`,
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN`, `HF_HUB_OFFLINE` and `TRANSFORMERS_OFFLINE`, as huggingface_hub 2.4 does in `constants.py`; and whether a proxy is named.
 *
 * @param env - the variables
 */
export function hubSettings(env: Environment): HubSettings {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  return {
    endpoint: (env.HF_ENDPOINT ?? 'https://huggingface.co').replace(/\/+$/, ''),
    cacheDir: expandHome(env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? join(home, 'hub')),
    token: isOn(env.HF_HUB_DISABLE_IMPLICIT_TOKEN) ? undefined : tokenOf(env, home),
    offline: isOn(env.HF_HUB_OFFLINE) || isOn(env.TRANSFORMERS_OFFLINE),
    proxyHint: proxyHint(env),
  };
}

/**
 * What to know about a proxy that is named and not used.
 *
 * Node's `fetch` obeys these variables on request only: https://nodejs.org/api/cli.html#node_use_env_proxy1
 *
 * @param env - the variables
 */
export function proxyHint(env: Environment): string | undefined {
  const set = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((name) => env[name]);
  if (set === undefined) return undefined;
  return `${set} is used only if NODE_USE_ENV_PROXY=1 is set too, by Node 22.21, 24 or newer.`;
}

function tokenOf(env: Environment, home: string): string | undefined {
  const given = (env.HF_TOKEN ?? env.HUGGING_FACE_HUB_TOKEN)?.trim();
  if (given) return given;
  try {
    return readFileSync(expandHome(env.HF_TOKEN_PATH ?? join(home, 'token')), 'utf8').trim() || undefined;
  } catch {
    // Whoever has not logged in has no such file.
    return undefined;
  }
}

function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

function isOn(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? '');
}
