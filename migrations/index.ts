/** Every migration, oldest first. A database runs each of them once, in this order; one that was released is never edited. */
import { CreateCapturesUsersAndAudit1763720000000 } from './1763720000000-create-captures-users-and-audit.ts';
import { CreateFlowsWeirdsAndAlerts1763720100000 } from './1763720100000-create-flows-weirds-and-alerts.ts';
import { CreateDnsHttpAndTls1795263618540 } from './1795263618540-create-dns-http-and-tls.ts';
import { NameThePortsAndHostsOfAggregateFlows1795263915356 } from './1795263915356-name-the-ports-and-hosts-of-aggregate-flows.ts';
import { NameTheTunnelsOfFlows1795274609465 } from './1795274609465-name-the-tunnels-of-flows.ts';
import { CreateSshDhcpNtpSmtpFtpSnmpAndSyslog1795279860259 } from './1795279860259-create-ssh-dhcp-ntp-smtp-ftp-snmp-and-syslog.ts';
import { CreateSensors1795285000000 } from './1795285000000-create-sensors.ts';

export const migrations = [
  CreateCapturesUsersAndAudit1763720000000,
  CreateFlowsWeirdsAndAlerts1763720100000,
  CreateDnsHttpAndTls1795263618540,
  NameThePortsAndHostsOfAggregateFlows1795263915356,
  NameTheTunnelsOfFlows1795274609465,
  CreateSshDhcpNtpSmtpFtpSnmpAndSyslog1795279860259,
  CreateSensors1795285000000,
];
