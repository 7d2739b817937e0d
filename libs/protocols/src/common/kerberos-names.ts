/** Numbers of Kerberos in words: ciphers (IANA), errors (RFC 4120 7.5.9), options of requests (RFC 4120 5.4.1). */

const ciphers = new Map([
  [1, 'des-cbc-crc'],
  [2, 'des-cbc-md4'],
  [3, 'des-cbc-md5'],
  [5, 'des3-cbc-md5'],
  [7, 'des3-cbc-sha1'],
  [16, 'des3-cbc-sha1-kd'],
  [17, 'aes128-cts-hmac-sha1-96'],
  [18, 'aes256-cts-hmac-sha1-96'],
  [19, 'aes128-cts-hmac-sha256-128'],
  [20, 'aes256-cts-hmac-sha384-192'],
  [23, 'rc4-hmac'],
  [24, 'rc4-hmac-exp'],
  [25, 'camellia128-cts-cmac'],
  [26, 'camellia256-cts-cmac'],
  [-128, 'rc4-md4'],
  [-133, 'rc4-hmac-old'],
  [-135, 'rc4-hmac-old-exp'],
]);

export function cipherName(id: number): string {
  return ciphers.get(id) ?? `${id}`;
}

const errors = (
  'KDC_ERR_NONE KDC_ERR_NAME_EXP KDC_ERR_SERVICE_EXP KDC_ERR_BAD_PVNO KDC_ERR_C_OLD_MAST_KVNO KDC_ERR_S_OLD_MAST_KVNO ' +
  'KDC_ERR_C_PRINCIPAL_UNKNOWN KDC_ERR_S_PRINCIPAL_UNKNOWN KDC_ERR_PRINCIPAL_NOT_UNIQUE KDC_ERR_NULL_KEY KDC_ERR_CANNOT_POSTDATE ' +
  'KDC_ERR_NEVER_VALID KDC_ERR_POLICY KDC_ERR_BADOPTION KDC_ERR_ETYPE_NOSUPP KDC_ERR_SUMTYPE_NOSUPP KDC_ERR_PADATA_TYPE_NOSUPP ' +
  'KDC_ERR_TRTYPE_NOSUPP KDC_ERR_CLIENT_REVOKED KDC_ERR_SERVICE_REVOKED KDC_ERR_TGT_REVOKED KDC_ERR_CLIENT_NOTYET KDC_ERR_SERVICE_NOTYET ' +
  'KDC_ERR_KEY_EXPIRED KDC_ERR_PREAUTH_FAILED KDC_ERR_PREAUTH_REQUIRED KDC_ERR_SERVER_NOMATCH KDC_ERR_MUST_USE_USER2USER ' +
  'KDC_ERR_PATH_NOT_ACCEPTED KDC_ERR_SVC_UNAVAILABLE'
).split(' ');
const laterErrors = new Map([
  [31, 'KRB_AP_ERR_BAD_INTEGRITY'],
  [32, 'KRB_AP_ERR_TKT_EXPIRED'],
  [33, 'KRB_AP_ERR_TKT_NYV'],
  [34, 'KRB_AP_ERR_REPEAT'],
  [35, 'KRB_AP_ERR_NOT_US'],
  [36, 'KRB_AP_ERR_BADMATCH'],
  [37, 'KRB_AP_ERR_SKEW'],
  [38, 'KRB_AP_ERR_BADADDR'],
  [39, 'KRB_AP_ERR_BADVERSION'],
  [40, 'KRB_AP_ERR_MSG_TYPE'],
  [41, 'KRB_AP_ERR_MODIFIED'],
  [42, 'KRB_AP_ERR_BADORDER'],
  [44, 'KRB_AP_ERR_BADKEYVER'],
  [45, 'KRB_AP_ERR_NOKEY'],
  [46, 'KRB_AP_ERR_MUT_FAIL'],
  [47, 'KRB_AP_ERR_BADDIRECTION'],
  [48, 'KRB_AP_ERR_METHOD'],
  [49, 'KRB_AP_ERR_BADSEQ'],
  [50, 'KRB_AP_ERR_INAPP_CKSUM'],
  [51, 'KRB_AP_PATH_NOT_ACCEPTED'],
  [52, 'KRB_ERR_RESPONSE_TOO_BIG'],
  [60, 'KRB_ERR_GENERIC'],
  [61, 'KRB_ERR_FIELD_TOOLONG'],
  [62, 'KDC_ERROR_CLIENT_NOT_TRUSTED'],
  [63, 'KDC_ERROR_KDC_NOT_TRUSTED'],
  [64, 'KDC_ERROR_INVALID_SIG'],
  [65, 'KDC_ERR_KEY_TOO_WEAK'],
  [66, 'KDC_ERR_CERTIFICATE_MISMATCH'],
  [67, 'KRB_AP_ERR_NO_TGT'],
  [68, 'KDC_ERR_WRONG_REALM'],
  [69, 'KRB_AP_ERR_USER_TO_USER_REQUIRED'],
  [70, 'KDC_ERR_CANT_VERIFY_CERTIFICATE'],
  [71, 'KDC_ERR_INVALID_CERTIFICATE'],
  [72, 'KDC_ERR_REVOKED_CERTIFICATE'],
  [73, 'KDC_ERR_REVOCATION_STATUS_UNKNOWN'],
  [75, 'KDC_ERR_CLIENT_NAME_MISMATCH'],
]);

export function errorName(code: number): string {
  return errors[code] ?? laterErrors.get(code) ?? `${code}`;
}

/** By bit, the first being the highest of the first byte. */
const options = new Map([
  [1, 'forwardable'],
  [2, 'forwarded'],
  [3, 'proxiable'],
  [4, 'proxy'],
  [5, 'allow-postdate'],
  [6, 'postdated'],
  [8, 'renewable'],
  [14, 'constrained-delegation'],
  [15, 'canonicalize'],
  [16, 'request-anonymous'],
  [26, 'disable-transited-check'],
  [27, 'renewable-ok'],
  [28, 'enc-tkt-in-skey'],
  [30, 'renew'],
  [31, 'validate'],
]);

/** The options set in the bits of `bytes[start, end)`. */
export function optionNames(bytes: Uint8Array, start: number, end: number): string[] {
  const names: string[] = [];
  for (const [bit, name] of options) {
    const at = start + (bit >> 3);
    if (at < end && bytes[at]! & (0x80 >> (bit & 7))) names.push(name);
  }
  return names;
}
