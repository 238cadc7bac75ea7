import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/**
 * Where a cloud keeps its credentials, and what is no address of a service: link-local with the metadata of EC2, ECS and
 * EKS, Azure's host of GitHub's runners, `this network`, multicast. A check never asks them, whatever name leads there.
 */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addAddress('168.63.129.16', 'ipv4');
REFUSED.addSubnet('0.0.0.0', 8, 'ipv4');
REFUSED.addSubnet('224.0.0.0', 4, 'ipv4');
REFUSED.addAddress('100.100.100.200', 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addAddress('fd00:ec2::23', 'ipv6');
REFUSED.addAddress('::', 'ipv6');
REFUSED.addSubnet('ff00::', 8, 'ipv6');

/** This very machine. A container under test is asked there, by its number; no name may lead there. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** IPv4 in IPv6's clothes, as `::ffff:a9fe:a9fe` is, and NAT64's. */
const MAPPED = /^(?:::ffff:(?:0:)?|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i;
const MAPPED_DOTTED = /^(?:::ffff:(?:0:)?|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i;

/** isRefusedAddress tells whether an IP address is one that no check may ask. */
export function isRefusedAddress(address: string): boolean {
  return isIn(REFUSED, address);
}

/** isLoopback tells whether a host is this machine and says so: by an address, or as `localhost`. */
export function isLoopback(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host) || isIn(LOOPBACK, host);
}

function isIn(list: BlockList, address: string): boolean {
  const bare = address.replace(/^\[|\]$|%.*$/g, '');
  const version = isIP(bare);
  if (version === 0) return false;
  if (version === 4) return list.check(bare, 'ipv4');
  const inner = mappedIn(bare);
  return list.check(bare, 'ipv6') || (inner !== undefined && list.check(inner, 'ipv4'));
}

function mappedIn(address: string): string | undefined {
  const dotted = MAPPED_DOTTED.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const [, high, low] = MAPPED.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [one, two] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [one >> 8, one & 255, two >> 8, two & 255].join('.');
}

/** refusedAmong returns the first address of a name that may not be asked: no name but `localhost` leads to this machine. */
export function refusedAmong(hostname: string, addresses: readonly string[]): string | undefined {
  return addresses.find((address) => isRefusedAddress(address) || (!isLoopback(hostname) && isLoopback(address)));
}

/** RefusedAddress is thrown before anything is sent. */
export class RefusedAddress extends Error {
  constructor(address: string) {
    super(
      isLoopback(address)
        ? `the address ${address} is never asked under another name: it is this machine`
        : `the address ${address} is never asked: it is link-local, of a cloud's metadata, or of no service`,
    );
  }
}

/**
 * guardedLookup resolves a name once, for the connection that is made to the answer: who changes the name's address
 * between a look and the connection gains nothing.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const refused = refusedAmong(
      hostname,
      addresses.map(({ address }) => address),
    );
    if (refused !== undefined) return callback(new RefusedAddress(refused), '', 0);
    if (options.all) return callback(null, addresses);
    const first: LookupAddress | undefined = addresses[0];
    return callback(null, first?.address ?? '', first?.family ?? (isIPv6(hostname) ? 6 : 4));
  });
};
