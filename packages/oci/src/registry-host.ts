import { isIPv4 } from 'node:net';
import { SlipwayError } from '@slipway/core';

/**
 * originOf returns where a registry is spoken to: loopback hosts by http, all others by https.
 *
 * @throws SlipwayError OCI_REGISTRY_HOST
 */
export function originOf(host: string): string {
  const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined;
  if (
    !url ||
    url.pathname !== '/' ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== '' ||
    /[/@?#]/.test(host)
  ) {
    throw new SlipwayError({
      code: 'OCI_REGISTRY_HOST',
      message: `'${host}' is not a registry's host and port.`,
      hint: 'Give the first part of the image reference, without a scheme and without a path.',
    });
  }
  return isLoopback(url.hostname) ? new URL(`http://${host}`).origin : url.origin;
}

/** isLoopback tells whether a host's name is this machine's. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
