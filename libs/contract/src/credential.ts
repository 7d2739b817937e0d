/** Credentials that a capture shows: told as rows without their secrets, which stay in the packets until somebody may see one. */
import { field, optional, type RowOf } from './field.ts';
import { recordType } from './record-type.ts';

/** `password` and `community` can be read; the others are answers to a challenge, in the form that programs for guessing take. */
export const credentialKinds = ['password', 'community', 'digest', 'ntlmv1', 'ntlmv2', 'kerberos'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** What a parser saw somebody prove who they are by. */
export interface Credential {
  readonly kind: CredentialKind;
  /** As sent; null when it cannot be read or has none. */
  readonly user: string | null;
  /** Whether it was taken; null when that was not seen. */
  readonly success: boolean | null;
  /** The password, the community, or the answer. It reaches no row and no detector. Null when it was not seen whole. */
  readonly secret: string | null;
}

export const credentialRecord = recordType(
  'credential',
  'Credentials',
  'A password or community that could be read on the way, or an answer to a challenge from which a password may be guessed. The secret itself is in no row: who has the permission reveals it from the packets, which is written to the audit log.',
  {
    protocol: field('wirecase.credential.protocol', 'keyword', 'Protocol in which it was said.', {
      label: 'Said in',
      indexed: true,
    }),
    user: optional('user.name', 'keyword', 'User, as sent; empty where there is none, as with a community.', {
      label: 'User',
      aliases: ['user', 'username'],
      indexed: true,
    }),
    kind: field('wirecase.credential.kind', 'keyword', '`password`, `community`, `digest`, `ntlmv1`, `ntlmv2` or `kerberos`.', {
      label: 'Kind',
    }),
    success: optional('wirecase.credential.success', 'boolean', 'Whether it was taken; empty when that was not seen.', {
      label: 'Taken',
    }),
    revealable: field('wirecase.credential.revealable', 'boolean', 'Whether the secret was seen whole, so that it can be revealed.', {
      label: 'Can be revealed',
    }),
  },
);
export type CredentialRow = RowOf<typeof credentialRecord.fields>;
