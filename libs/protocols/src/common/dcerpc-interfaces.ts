/** Interfaces of DCE/RPC by UUID, with the names of their procedures in the order of their numbers (the MS-* documents; `-` is none). */

interface RpcInterface {
  name: string;
  operations: readonly string[];
}

const table: Readonly<Record<string, readonly [name: string, operations: string]>> = {
  'e1af8308-5d1f-11c9-91a4-08002b14a0fa': [
    'epmapper',
    'ept_insert ept_delete ept_lookup ept_map ept_lookup_handle_free ept_inq_object ept_mgmt_delete',
  ],
  'afa8bd80-7d8a-11c9-bef4-08002b102989': [
    'mgmt',
    'rpc__mgmt_inq_if_ids rpc__mgmt_inq_stats rpc__mgmt_is_server_listening rpc__mgmt_stop_server_listening rpc__mgmt_inq_princ_name',
  ],
  '12345778-1234-abcd-ef00-0123456789ac': [
    'samr',
    'SamrConnect SamrCloseHandle SamrSetSecurityObject SamrQuerySecurityObject SamrShutdownSamServer SamrLookupDomainInSamServer ' +
      'SamrEnumerateDomainsInSamServer SamrOpenDomain SamrQueryInformationDomain SamrSetInformationDomain SamrCreateGroupInDomain ' +
      'SamrEnumerateGroupsInDomain SamrCreateUserInDomain SamrEnumerateUsersInDomain SamrCreateAliasInDomain ' +
      'SamrEnumerateAliasesInDomain SamrGetAliasMembership SamrLookupNamesInDomain SamrLookupIdsInDomain SamrOpenGroup ' +
      'SamrQueryInformationGroup SamrSetInformationGroup SamrAddMemberToGroup SamrDeleteGroup SamrRemoveMemberFromGroup ' +
      'SamrGetMembersInGroup SamrSetMemberAttributesOfGroup SamrOpenAlias SamrQueryInformationAlias SamrSetInformationAlias ' +
      'SamrDeleteAlias SamrAddMemberToAlias SamrRemoveMemberFromAlias SamrGetMembersInAlias SamrOpenUser SamrDeleteUser ' +
      'SamrQueryInformationUser SamrSetInformationUser SamrChangePasswordUser SamrGetGroupsForUser SamrQueryDisplayInformation ' +
      'SamrGetDisplayEnumerationIndex SamrTestPrivateFunctionsDomain SamrTestPrivateFunctionsUser SamrGetUserDomainPasswordInformation ' +
      'SamrRemoveMemberFromForeignDomain SamrQueryInformationDomain2 SamrQueryInformationUser2 SamrQueryDisplayInformation2 ' +
      'SamrGetDisplayEnumerationIndex2 SamrCreateUser2InDomain SamrQueryDisplayInformation3 SamrAddMultipleMembersToAlias ' +
      'SamrRemoveMultipleMembersFromAlias SamrOemChangePasswordUser2 SamrUnicodeChangePasswordUser2 SamrGetDomainPasswordInformation ' +
      'SamrConnect2 SamrSetInformationUser2 SamrSetBootKeyInformation SamrGetBootKeyInformation SamrConnect3 SamrConnect4 ' +
      'SamrUnicodeChangePasswordUser3 SamrConnect5 SamrRidToSid SamrSetDSRMPassword SamrValidatePassword',
  ],
  '12345778-1234-abcd-ef00-0123456789ab': [
    'lsarpc',
    'LsarClose LsarDelete LsarEnumeratePrivileges LsarQuerySecurityObject LsarSetSecurityObject LsarChangePassword LsarOpenPolicy ' +
      'LsarQueryInformationPolicy LsarSetInformationPolicy LsarClearAuditLog LsarCreateAccount LsarEnumerateAccounts ' +
      'LsarCreateTrustedDomain LsarEnumerateTrustedDomains LsarLookupNames LsarLookupSids LsarCreateSecret LsarOpenAccount ' +
      'LsarEnumeratePrivilegesAccount LsarAddPrivilegesToAccount LsarRemovePrivilegesFromAccount LsarGetQuotasForAccount ' +
      'LsarSetQuotasForAccount LsarGetSystemAccessAccount LsarSetSystemAccessAccount LsarOpenTrustedDomain ' +
      'LsarQueryInfoTrustedDomain LsarSetInformationTrustedDomain LsarOpenSecret LsarSetSecret LsarQuerySecret ' +
      'LsarLookupPrivilegeValue LsarLookupPrivilegeName LsarLookupPrivilegeDisplayName LsarDeleteObject ' +
      'LsarEnumerateAccountsWithUserRight LsarEnumerateAccountRights LsarAddAccountRights LsarRemoveAccountRights ' +
      'LsarQueryTrustedDomainInfo LsarSetTrustedDomainInfo LsarDeleteTrustedDomain LsarStorePrivateData LsarRetrievePrivateData ' +
      'LsarOpenPolicy2 LsarGetUserName LsarQueryInformationPolicy2 LsarSetInformationPolicy2 LsarQueryTrustedDomainInfoByName ' +
      'LsarSetTrustedDomainInfoByName LsarEnumerateTrustedDomainsEx LsarCreateTrustedDomainEx LsarCloseTrustedDomainEx ' +
      'LsarQueryDomainInformationPolicy LsarSetDomainInformationPolicy LsarOpenTrustedDomainByName LsarTestCall LsarLookupSids2 ' +
      'LsarLookupNames2 LsarCreateTrustedDomainEx2 - - - - - - - - LsarLookupNames3 - - - - LsarQueryForestTrustInformation ' +
      'LsarSetForestTrustInformation - LsarLookupSids3 LsarLookupNames4',
  ],
  '367abb81-9844-35f1-ad32-98f038001003': [
    'svcctl',
    'CloseServiceHandle ControlService DeleteService LockServiceDatabase QueryServiceObjectSecurity SetServiceObjectSecurity ' +
      'QueryServiceStatus SetServiceStatus UnlockServiceDatabase NotifyBootConfigStatus - ChangeServiceConfigW CreateServiceW ' +
      'EnumDependentServicesW EnumServicesStatusW OpenSCManagerW OpenServiceW QueryServiceConfigW QueryServiceLockStatusW ' +
      'StartServiceW GetServiceDisplayNameW GetServiceKeyNameW - ChangeServiceConfigA CreateServiceA EnumDependentServicesA ' +
      'EnumServicesStatusA OpenSCManagerA OpenServiceA QueryServiceConfigA QueryServiceLockStatusA StartServiceA ' +
      'GetServiceDisplayNameA GetServiceKeyNameA - EnumServiceGroupW ChangeServiceConfig2A ChangeServiceConfig2W ' +
      'QueryServiceConfig2A QueryServiceConfig2W QueryServiceStatusEx EnumServicesStatusExA EnumServicesStatusExW - ' +
      'CreateServiceWOW64A CreateServiceWOW64W - NotifyServiceStatusChange GetNotifyResults CloseNotifyHandle ' +
      'ControlServiceExA ControlServiceExW - - - - QueryServiceConfigEx - - - CreateWowService - - - OpenSCManager2',
  ],
  '4b324fc8-1670-01d3-1278-5a47bf6ee188': [
    'srvsvc',
    '- - - - - - - - NetrConnectionEnum NetrFileEnum NetrFileGetInfo NetrFileClose NetrSessionEnum NetrSessionDel NetrShareAdd ' +
      'NetrShareEnum NetrShareGetInfo NetrShareSetInfo NetrShareDel NetrShareDelSticky NetrShareCheck NetrServerGetInfo ' +
      'NetrServerSetInfo NetrServerDiskEnum NetrServerStatisticsGet NetrServerTransportAdd NetrServerTransportEnum ' +
      'NetrServerTransportDel NetrRemoteTOD - NetprPathType NetprPathCanonicalize NetprPathCompare NetprNameValidate ' +
      'NetprNameCanonicalize NetprNameCompare NetrShareEnumSticky NetrShareDelStart NetrShareDelCommit NetrpGetFileSecurity ' +
      'NetrpSetFileSecurity NetrServerTransportAddEx - NetrDfsGetVersion NetrDfsCreateLocalPartition NetrDfsDeleteLocalPartition ' +
      'NetrDfsSetLocalVolumeState - NetrDfsCreateExitPoint NetrDfsDeleteExitPoint NetrDfsModifyPrefix NetrDfsFixLocalVolume ' +
      'NetrDfsManagerReportSiteInfo NetrServerTransportDelEx NetrServerAliasAdd NetrServerAliasEnum NetrServerAliasDel NetrShareDelEx',
  ],
  '6bffd098-a112-3610-9833-46c3f87e345a': [
    'wkssvc',
    'NetrWkstaGetInfo NetrWkstaSetInfo NetrWkstaUserEnum - - NetrWkstaTransportEnum NetrWkstaTransportAdd NetrWkstaTransportDel ' +
      'NetrUseAdd NetrUseGetInfo NetrUseDel NetrUseEnum - NetrWorkstationStatisticsGet - - - - - - NetrGetJoinInformation - ' +
      'NetrJoinDomain2 NetrUnjoinDomain2 NetrRenameMachineInDomain2 NetrValidateName2 NetrGetJoinableOUs2 ' +
      'NetrAddAlternateComputerName NetrRemoveAlternateComputerName NetrSetPrimaryComputerName NetrEnumerateComputerNames',
  ],
  'e3514235-4b06-11d1-ab04-00c04fc2dcd2': [
    'drsuapi',
    'DRSBind DRSUnbind DRSReplicaSync DRSGetNCChanges DRSUpdateRefs DRSReplicaAdd DRSReplicaDel DRSReplicaModify DRSVerifyNames ' +
      'DRSGetMemberships DRSInterDomainMove DRSGetNT4ChangeLog DRSCrackNames DRSWriteSPN DRSRemoveDsServer DRSRemoveDsDomain ' +
      'DRSDomainControllerInfo DRSAddEntry DRSExecuteKCC DRSGetReplInfo DRSAddSidHistory DRSGetMemberships2 ' +
      'DRSReplicaVerifyObjects DRSGetObjectExistence DRSQuerySitesByCost DRSInitDemotion DRSReplicaDemotion DRSFinishDemotion ' +
      'DRSAddCloneDC DRSWriteNgcKey DRSReadNgcKey',
  ],
  '1ff70682-0a51-30e8-076d-740be8cee98b': ['atsvc', 'NetrJobAdd NetrJobDel NetrJobEnum NetrJobGetInfo'],
  '86d35949-83c9-4044-b424-db363231fd0c': [
    'ITaskSchedulerService',
    'SchRpcHighestVersion SchRpcRegisterTask SchRpcRetrieveTask SchRpcCreateFolder SchRpcSetSecurity SchRpcGetSecurity ' +
      'SchRpcEnumFolders SchRpcEnumTasks SchRpcEnumInstances SchRpcGetInstanceInfo SchRpcStopInstance SchRpcStop SchRpcRun ' +
      'SchRpcDelete SchRpcRename SchRpcScheduledRuntimes SchRpcGetLastRunInfo SchRpcGetTaskInfo SchRpcGetNumberOfMissedRuns ' +
      'SchRpcEnableTask',
  ],
  'c681d488-d850-11d0-8c52-00c04fd90f7e': [
    'efsrpc',
    'EfsRpcOpenFileRaw EfsRpcReadFileRaw EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv ' +
      'EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile EfsRpcAddUsersToFile - EfsRpcNotSupported ' +
      'EfsRpcFileKeyInfo EfsRpcDuplicateEncryptionInfoFile - EfsRpcAddUsersToFileEx EfsRpcFileKeyInfoEx - EfsRpcGetEncryptedFileMetadata ' +
      'EfsRpcSetEncryptedFileMetadata EfsRpcFlushEfsCache EfsRpcEncryptFileExSrv EfsRpcQueryProtectors',
  ],
  'df1941c5-fe89-4e79-bf10-463657acf44d': [
    'efsrpc',
    'EfsRpcOpenFileRaw EfsRpcReadFileRaw EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv ' +
      'EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile EfsRpcAddUsersToFile - EfsRpcNotSupported ' +
      'EfsRpcFileKeyInfo EfsRpcDuplicateEncryptionInfoFile',
  ],
  '12345678-1234-abcd-ef00-0123456789ab': [
    'spoolss',
    'RpcEnumPrinters RpcOpenPrinter RpcSetJob RpcGetJob RpcEnumJobs RpcAddPrinter RpcDeletePrinter RpcSetPrinter RpcGetPrinter ' +
      'RpcAddPrinterDriver RpcEnumPrinterDrivers RpcGetPrinterDriver RpcGetPrinterDriverDirectory RpcDeletePrinterDriver ' +
      'RpcAddPrintProcessor RpcEnumPrintProcessors RpcGetPrintProcessorDirectory RpcStartDocPrinter RpcStartPagePrinter ' +
      'RpcWritePrinter RpcEndPagePrinter RpcAbortPrinter RpcReadPrinter RpcEndDocPrinter RpcAddJob RpcScheduleJob RpcGetPrinterData ' +
      'RpcSetPrinterData RpcWaitForPrinterChange RpcClosePrinter RpcAddForm RpcDeleteForm RpcGetForm RpcSetForm RpcEnumForms ' +
      'RpcEnumPorts RpcEnumMonitors - - RpcDeletePort RpcCreatePrinterIC RpcPlayGdiScriptOnPrinterIC RpcDeletePrinterIC - - - - - ' +
      'RpcDeletePrintProcessor - - RpcEnumPrintProcessorDatatypes RpcResetPrinter RpcGetPrinterDriver2 - - ' +
      'RpcFindClosePrinterChangeNotification - RpcReplyOpenPrinter RpcRouterReplyPrinter RpcReplyClosePrinter RpcAddPortEx - ' +
      'RpcRemoteFindFirstPrinterChangeNotification - RpcRemoteFindFirstPrinterChangeNotificationEx RpcRouterReplyPrinterEx ' +
      'RpcRouterRefreshPrinterChangeNotification - RpcOpenPrinterEx RpcAddPrinterEx RpcSetPort RpcEnumPrinterData ' +
      'RpcDeletePrinterData - - - RpcSetPrinterDataEx RpcGetPrinterDataEx RpcEnumPrinterDataEx RpcEnumPrinterKey ' +
      'RpcDeletePrinterDataEx RpcDeletePrinterKey - RpcDeletePrinterDriverEx RpcAddPerMachineConnection ' +
      'RpcDeletePerMachineConnection RpcEnumPerMachineConnections RpcXcvData RpcAddPrinterDriverEx',
  ],
  '4fc742e0-4a10-11cf-8273-00aa004ae673': [
    'netdfs',
    'NetrDfsManagerGetVersion NetrDfsAdd NetrDfsRemove NetrDfsSetInfo NetrDfsGetInfo NetrDfsEnum NetrDfsMove ' +
      'NetrDfsManagerGetConfigInfo NetrDfsManagerSendSiteInfo NetrDfsAddFtRoot NetrDfsRemoveFtRoot NetrDfsAddStdRoot ' +
      'NetrDfsRemoveStdRoot NetrDfsManagerInitialize NetrDfsAddStdRootForced NetrDfsGetDcAddress NetrDfsSetDcAddress ' +
      'NetrDfsFlushFtTable NetrDfsAdd2 NetrDfsRemove2 NetrDfsEnumEx NetrDfsSetInfo2',
  ],
  '12345678-1234-abcd-ef00-01234567cffb': [
    'netlogon',
    'NetrLogonUasLogon NetrLogonUasLogoff NetrLogonSamLogon NetrLogonSamLogoff NetrServerReqChallenge NetrServerAuthenticate ' +
      'NetrServerPasswordSet NetrDatabaseDeltas NetrDatabaseSync NetrAccountDeltas NetrAccountSync NetrGetDCName NetrLogonControl ' +
      'NetrGetAnyDCName NetrLogonControl2 NetrServerAuthenticate2 NetrDatabaseSync2 NetrDatabaseRedo NetrLogonControl2Ex ' +
      'NetrEnumerateTrustedDomains DsrGetDcName NetrLogonGetCapabilities NetrLogonSetServiceBits NetrLogonGetTrustRid ' +
      'NetrLogonComputeServerDigest NetrLogonComputeClientDigest NetrServerAuthenticate3 DsrGetDcNameEx DsrGetSiteName ' +
      'NetrLogonGetDomainInfo NetrServerPasswordSet2 NetrServerPasswordGet NetrLogonSendToSam DsrAddressToSiteNamesW ' +
      'DsrGetDcNameEx2 NetrLogonGetTimeServiceParentDomain NetrEnumerateTrustedDomainsEx DsrAddressToSiteNamesExW ' +
      'DsrGetDcSiteCoverageW NetrLogonSamLogonEx DsrEnumerateDomainTrusts DsrDeregisterDnsHostRecords NetrServerTrustPasswordsGet ' +
      'DsrGetForestTrustInformation NetrGetForestTrustInformation NetrLogonSamLogonWithFlags NetrServerGetTrustInfo',
  ],
  '338cd001-2244-31f1-aaaa-900038001003': [
    'winreg',
    'OpenClassesRoot OpenCurrentUser OpenLocalMachine OpenPerformanceData OpenUsers BaseRegCloseKey BaseRegCreateKey ' +
      'BaseRegDeleteKey BaseRegDeleteValue BaseRegEnumKey BaseRegEnumValue BaseRegFlushKey BaseRegGetKeySecurity BaseRegLoadKey ' +
      'BaseRegNotifyChangeKeyValue BaseRegOpenKey BaseRegQueryInfoKey BaseRegQueryValue BaseRegReplaceKey BaseRegRestoreKey ' +
      'BaseRegSaveKey BaseRegSetKeySecurity BaseRegSetValue BaseRegUnLoadKey BaseInitiateSystemShutdown BaseAbortSystemShutdown ' +
      'BaseRegGetVersion OpenCurrentConfig OpenDynData BaseRegQueryMultipleValues BaseInitiateSystemShutdownEx BaseRegSaveKeyEx ' +
      'OpenPerformanceText OpenPerformanceNlsText BaseRegQueryMultipleValues2 BaseRegDeleteKeyEx',
  ],
  '3919286a-b10c-11d0-9ba8-00c04fd92ef5': [
    'dssetup',
    'DsRolerGetPrimaryDomainInformation DsRolerDnsNameToFlatName DsRolerDcAsDc DsRolerDcAsReplica DsRolerDemoteDc ' +
      'DsRolerGetDcOperationProgress DsRolerGetDcOperationResults DsRolerCancel',
  ],
  '82273fdc-e32a-18c3-3f78-827929dc23ea': [
    'eventlog',
    'ElfrClearELFW ElfrBackupELFW ElfrCloseEL ElfrDeregisterEventSource ElfrNumberOfRecords ElfrOldestRecord ElfrChangeNotify ' +
      'ElfrOpenELW ElfrRegisterEventSourceW ElfrOpenBELW ElfrReadELW ElfrReportEventW',
  ],
  '000001a0-0000-0000-c000-000000000046': ['ISystemActivator', '- - - RemoteGetClassObject RemoteCreateInstance'],
  '99fcfec4-5260-101b-bbcb-00aa0021347a': ['IObjectExporter', 'ResolveOxid SimplePing ComplexPing ServerAlive ResolveOxid2 ServerAlive2'],
  '00000131-0000-0000-c000-000000000046': ['IRemUnknown', '- - - RemQueryInterface RemAddRef RemRelease'],
  '00000143-0000-0000-c000-000000000046': ['IRemUnknown2', '- - - RemQueryInterface RemAddRef RemRelease RemQueryInterface2'],
  'f309ad18-d86a-11d0-a075-00c04fb68820': ['IWbemLevel1Login', '- - - EstablishPosition RequestChallenge WBEMLogin NTLMLogin'],
  '9556dc99-828c-11cf-a37e-00aa003240c7': [
    'IWbemServices',
    '- - - OpenNamespace CancelAsyncCall QueryObjectSink GetObject GetObjectAsync PutClass PutClassAsync DeleteClass ' +
      'DeleteClassAsync CreateClassEnum CreateClassEnumAsync PutInstance PutInstanceAsync DeleteInstance DeleteInstanceAsync ' +
      'CreateInstanceEnum CreateInstanceEnumAsync ExecQuery ExecQueryAsync ExecNotificationQuery ExecNotificationQueryAsync ' +
      'ExecMethod ExecMethodAsync',
  ],
  '76f03f96-cdfd-44fc-a22c-64950a001209': ['IRemoteWinspool', 'RpcAsyncOpenPrinter RpcAsyncAddPrinter'],
  '50abc2a4-574d-40b3-9d66-ee4fd5fba076': [
    'dnsserver',
    'R_DnssrvOperation R_DnssrvQuery R_DnssrvComplexOperation R_DnssrvEnumRecords R_DnssrvUpdateRecord R_DnssrvOperation2 ' +
      'R_DnssrvQuery2 R_DnssrvComplexOperation2 R_DnssrvEnumRecords2 R_DnssrvUpdateRecord2',
  ],
  '3dde7c30-165d-11d1-ab8f-00805f14db40': ['BackupKey', 'BackuprKey'],
  'a8e0653c-2744-4389-a61d-7373df8b2292': [
    'fsrvp',
    'GetSupportedVersion SetContext StartShadowCopySet AddToShadowCopySet CommitShadowCopySet ExposeShadowCopySet ' +
      'RecoveryCompleteShadowCopySet AbortShadowCopySet IsPathSupported IsPathShadowCopied GetShareMapping DeleteShareMapping ' +
      'PrepareShadowCopySet',
  ],
  '8fb6d884-2388-11d0-8c35-00c04fda2795': ['w32time', 'W32TimeSync W32TimeGetNetlogonServiceBits W32TimeQueryProviderStatus'],
  '5ca4a760-ebb1-11cf-8611-00a0245420ed': [
    'winstation_rpc',
    'RpcWinStationOpenServer RpcWinStationCloseServer RpcIcaServerPing RpcWinStationEnumerate RpcWinStationRename ' +
      'RpcWinStationQueryInformation',
  ],
  '5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc': ['msgsvcsend', 'NetrSendMessage'],
  '17fdd703-1827-4e34-79d4-24a55c53bb37': ['msgsvc', 'NetrMessageNameAdd NetrMessageNameEnum NetrMessageNameGetInfo NetrMessageNameDel'],
};

const interfaces: ReadonlyMap<string, RpcInterface> = new Map(
  Object.entries(table).map(([uuid, [name, operations]]) => [uuid, { name, operations: operations.split(' ') }]),
);

/** Usual name of the interface, or `null`. */
export function endpointName(uuid: string): string | null {
  return interfaces.get(uuid)?.name ?? null;
}

/** Name of the procedure `opnum`, or `null`. */
export function operationName(uuid: string, opnum: number): string | null {
  const name = interfaces.get(uuid)?.operations[opnum];
  return name === undefined || name === '' || name === '-' ? null : name;
}
