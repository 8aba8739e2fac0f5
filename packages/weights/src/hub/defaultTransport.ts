import { type HubTransport } from './HubClient.js';

/** The real network and clock. */
export const defaultTransport: HubTransport = {
  fetch: (...args) => fetch(...args),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: Date.now,
  random: Math.random,
  idleTimeoutMs: 20_000,
  attempts: 5,
};
