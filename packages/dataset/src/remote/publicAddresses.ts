import { BlockList, isIP } from 'node:net';

/**
 * Ranges that are not for the public internet: the registries of special-purpose addresses,
 * https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry (2025), multicast included.
 */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
/** Within global unicast; 2001::/23 and 2002::/16 carry IPv4 addresses inside. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Makes a claim about IP addresses: that one belongs to the public internet. Names and anything unknown do not. */
export function publicAddresses(): (address: string) => boolean {
  const special = new BlockList();
  for (const [net, prefix] of SPECIAL_IPV4) special.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of SPECIAL_IPV6) special.addSubnet(net, prefix, 'ipv6');
  const globalUnicast = new BlockList();
  globalUnicast.addSubnet('2000::', 3, 'ipv6');
  return (address) => {
    if (isIP(address) === 4) return !special.check(address, 'ipv4');
    return isIP(address) === 6 && globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
  };
}
