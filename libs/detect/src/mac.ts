/** Kinds of MAC addresses, 48-bit numbers. */

const MULTICAST_BIT = 0x0100_0000_0000;

/** Whether the group bit of a MAC address is set; broadcast has it too. */
export function isMulticastMac(mac: number): boolean {
  return Math.floor(mac / MULTICAST_BIT) % 2 === 1;
}

/** Virtual routers share an address by design: VRRP and CARP (RFC 9568 7.3), HSRP versions 1 and 2 (also for IPv6), GLBP. */
export function isRouterGroup(mac: number): boolean {
  const prefix = Math.floor(mac / 0x1_0000);
  const byte = Math.floor(mac / 0x100);
  const half = Math.floor(mac / 0x1000);
  return (
    byte === 0x00_00_5e_00_01 ||
    byte === 0x00_00_5e_00_02 ||
    byte === 0x00_00_0c_07_ac ||
    prefix === 0x00_07_b4_00 ||
    half === 0x0_00_0c_9f_f ||
    half === 0x0_00_57_3a_0
  );
}
