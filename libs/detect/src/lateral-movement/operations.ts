/** Remote procedures by what an attacker wants of them, by endpoint and name (MS-SCMR, MS-TSCH, MS-WMI, MS-SAMR, MS-DRSR, MS-EFSR ...). */

export type Purpose = 'execution' | 'discovery' | 'dcsync' | 'coercion' | 'log-clearing';

const table: Readonly<Record<Purpose, Readonly<Record<string, string>>>> = {
  execution: {
    svcctl: 'CreateServiceW CreateServiceA CreateServiceWOW64W CreateServiceWOW64A CreateWowService StartServiceW StartServiceA',
    ITaskSchedulerService: 'SchRpcRegisterTask SchRpcRun',
    atsvc: 'NetrJobAdd',
    IWbemServices: 'ExecMethod ExecMethodAsync',
  },
  discovery: {
    samr:
      'SamrEnumerateDomainsInSamServer SamrEnumerateGroupsInDomain SamrEnumerateUsersInDomain SamrEnumerateAliasesInDomain ' +
      'SamrGetMembersInGroup SamrGetMembersInAlias SamrQueryDisplayInformation SamrQueryDisplayInformation2 SamrQueryDisplayInformation3',
    lsarpc: 'LsarEnumerateAccounts LsarEnumeratePrivileges LsarEnumerateTrustedDomains LsarEnumerateTrustedDomainsEx',
    srvsvc: 'NetrConnectionEnum NetrFileEnum NetrSessionEnum NetrShareEnum NetrShareEnumSticky NetrServerDiskEnum NetrServerTransportEnum',
    wkssvc: 'NetrWkstaUserEnum NetrWkstaTransportEnum NetrUseEnum',
    svcctl: 'EnumServicesStatusW EnumServicesStatusA EnumServicesStatusExW EnumServicesStatusExA',
    ITaskSchedulerService: 'SchRpcEnumTasks SchRpcEnumFolders',
    netdfs: 'NetrDfsEnum NetrDfsEnumEx',
  },
  dcsync: { drsuapi: 'DRSGetNCChanges' },
  // Printers notify their clients in the ordinary way, so spoolss is not here.
  coercion: {
    efsrpc:
      'EfsRpcOpenFileRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents ' +
      'EfsRpcRemoveUsersFromFile EfsRpcAddUsersToFile EfsRpcFileKeyInfo EfsRpcDuplicateEncryptionInfoFile EfsRpcAddUsersToFileEx',
    netdfs: 'NetrDfsAddStdRoot NetrDfsRemoveStdRoot',
  },
  'log-clearing': { eventlog: 'ElfrClearELFW', lsarpc: 'LsarClearAuditLog' },
};

const purposes = new Map<string, Map<string, Purpose>>();
for (const [purpose, endpoints] of Object.entries(table))
  for (const [endpoint, names] of Object.entries(endpoints)) {
    const operations = purposes.get(endpoint) ?? new Map<string, Purpose>();
    purposes.set(endpoint, operations);
    for (const name of names.split(' ')) operations.set(name, purpose as Purpose);
  }

/** Null: everyone does it. */
export function purposeOf(endpoint: string | null, operation: string | null): Purpose | null {
  return endpoint === null || operation === null ? null : (purposes.get(endpoint)?.get(operation) ?? null);
}

/** Whether a share, `\\server\name`, is one that Windows makes for administrators: ADMIN$, or a drive. */
export function isAdminShare(share: string): boolean {
  return /\\(?:ADMIN|[A-Z])\$$/i.test(share);
}
