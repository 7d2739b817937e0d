/** Every migration, oldest first. A database runs each of them once, in this order; one that was released is never edited. */
import { CreateCapturesUsersAndAudit1763720000000 } from './1763720000000-create-captures-users-and-audit.ts';
import { CreateFlowsWeirdsAndAlerts1763720100000 } from './1763720100000-create-flows-weirds-and-alerts.ts';
import { CreateDnsHttpAndTls1795263618540 } from './1795263618540-create-dns-http-and-tls.ts';
import { NameThePortsAndHostsOfAggregateFlows1795263915356 } from './1795263915356-name-the-ports-and-hosts-of-aggregate-flows.ts';
import { NameTheTunnelsOfFlows1795274609465 } from './1795274609465-name-the-tunnels-of-flows.ts';
import { CreateSshDhcpNtpSmtpFtpSnmpAndSyslog1795279860259 } from './1795279860259-create-ssh-dhcp-ntp-smtp-ftp-snmp-and-syslog.ts';
import { TriageAlerts1795284000000 } from './1795284000000-triage-alerts.ts';
import { SshLogins1795284391561 } from './1795284391561-ssh-logins.ts';
import { CreateLdapNtlmAndKerberos1795284571070 } from './1795284571070-create-ldap-ntlm-and-kerberos.ts';
import { DetectionSettingsAndSuppressions1795285000000 } from './1795285000000-detection-settings-and-suppressions.ts';
import { CreateSensors1795285000000 } from './1795285000000-create-sensors.ts';
import { FlowsFirstPacketsAndZeroWindows1795285445738 } from './1795285445738-flows-first-packets-and-zero-windows.ts';
import { SayHowTheProtocolsOfFlowsAreKnown1795285621416 } from './1795285621416-say-how-the-protocols-of-flows-are-known.ts';
import { CreateSmbAndDceRpc1795285663250 } from './1795285663250-create-smb-and-dce-rpc.ts';
import { KeepWhatCapturesSay1795286000000 } from './1795286000000-keep-what-captures-say.ts';
import { Notify1795286000000 } from './1795286000000-notify.ts';
import { KeepTheClientRandomOfTls1795286697352 } from './1795286697352-keep-the-client-random-of-tls.ts';
import { CreatePop3ImapSipRdpTelnetRadiusAndTftp1795286728330 } from './1795286728330-create-pop3-imap-sip-rdp-telnet-radius-and-tftp.ts';
import { CreateQuic1795287524225 } from './1795287524225-create-quic.ts';
import { CreateMqttDatabasesIndustrialProtocolsAndDhcpv61795288061101 } from './1795288061101-create-mqtt-databases-industrial-protocols-and-dhcpv6.ts';
import { HoldCaptures1795296500000 } from './1795296500000-hold-captures.ts';
import { CreateX5091795296653698 } from './1795296653698-create-x509.ts';
import { CreateHost1795297089696 } from './1795297089696-create-host.ts';
import { CreateFile1795297382434 } from './1795297382434-create-file.ts';
import { NameZones1795298000000 } from './1795298000000-name-zones.ts';
import { CreateCredential1795298836198 } from './1795298836198-create-credential.ts';
import { SayWhatAddressesTell1795299387178 } from './1795299387178-say-what-addresses-tell.ts';
import { ListIndicators1795300000000 } from './1795300000000-list-indicators.ts';
import { CreateQuality1795310327732 } from './1795310327732-create-quality.ts';
import { CreateArpAndIcmp1795310625311 } from './1795310625311-create-arp-and-icmp.ts';
import { CreateRtpAndRtcp1795312434682 } from './1795312434682-create-rtp-and-rtcp.ts';
import { KeepTheWordsOfKerberosErrors1795323381561 } from './1795323381561-keep-the-words-of-kerberos-errors.ts';
import { TellOfIndicators1795323900000 } from './1795323900000-tell-of-indicators.ts';
import { CreateNbns1795325809064 } from './1795325809064-create-nbns.ts';
import { TellOfLagScheduleSensorsAndTriggerHolds1795330000000 } from './1795330000000-tell-of-lag-schedule-sensors-and-trigger-holds.ts';
import { TellOfSensorsThatAreAway1795340000000 } from './1795340000000-tell-of-sensors-that-are-away.ts';
import { VersionWhatSeveralPeopleEdit1795350000000 } from './1795350000000-version-what-several-people-edit.ts';
import { CreateRfb1795401788729 } from './1795401788729-create-rfb.ts';
import { CountRanges1795403287788 } from './1795403287788-count-ranges.ts';
import { KeepKeyLogs1795420000000 } from './1795420000000-keep-key-logs.ts';
import { LimitKeysToNetworks1795410000000 } from './1795410000000-limit-keys-to-networks.ts';

export const migrations = [
  CreateCapturesUsersAndAudit1763720000000,
  CreateFlowsWeirdsAndAlerts1763720100000,
  CreateDnsHttpAndTls1795263618540,
  NameThePortsAndHostsOfAggregateFlows1795263915356,
  NameTheTunnelsOfFlows1795274609465,
  CreateSshDhcpNtpSmtpFtpSnmpAndSyslog1795279860259,
  TriageAlerts1795284000000,
  SshLogins1795284391561,
  CreateLdapNtlmAndKerberos1795284571070,
  CreateSensors1795285000000,
  DetectionSettingsAndSuppressions1795285000000,
  FlowsFirstPacketsAndZeroWindows1795285445738,
  SayHowTheProtocolsOfFlowsAreKnown1795285621416,
  CreateSmbAndDceRpc1795285663250,
  Notify1795286000000,
  KeepWhatCapturesSay1795286000000,
  KeepTheClientRandomOfTls1795286697352,
  CreatePop3ImapSipRdpTelnetRadiusAndTftp1795286728330,
  CreateQuic1795287524225,
  CreateMqttDatabasesIndustrialProtocolsAndDhcpv61795288061101,
  HoldCaptures1795296500000,
  CreateX5091795296653698,
  CreateHost1795297089696,
  CreateFile1795297382434,
  NameZones1795298000000,
  CreateCredential1795298836198,
  SayWhatAddressesTell1795299387178,
  ListIndicators1795300000000,
  CreateQuality1795310327732,
  CreateArpAndIcmp1795310625311,
  CreateRtpAndRtcp1795312434682,
  KeepTheWordsOfKerberosErrors1795323381561,
  TellOfIndicators1795323900000,
  CreateNbns1795325809064,
  TellOfLagScheduleSensorsAndTriggerHolds1795330000000,
  TellOfSensorsThatAreAway1795340000000,
  VersionWhatSeveralPeopleEdit1795350000000,
  CreateRfb1795401788729,
  CountRanges1795403287788,
  LimitKeysToNetworks1795410000000,
  KeepKeyLogs1795420000000,
];
