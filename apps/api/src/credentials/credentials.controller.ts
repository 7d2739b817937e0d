import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WirecaseError, type CredentialKind, type RevealedSecret } from '@wirecase/contract';
import { Audited } from '../access/audited.ts';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { Packets } from '../packets/packets.ts';
import { idParameter } from '../schemas/requests.ts';
import { revealedSecret } from '../schemas/responses.ts';
import { Search } from '../search/search.ts';

@ApiTags('Credentials')
@Controller('credentials')
export class CredentialsController {
  constructor(
    private readonly search: Search,
    private readonly packets: Packets,
  ) {}

  @Post(':id/reveal')
  @HttpCode(200)
  @Permit('read:secrets')
  @Audited('credential.reveal')
  @Answers("A credential's secret, read from its packets; every use is written to the audit log", revealedSecret)
  @Fails('credential.not-found', 'credential.not-readable', 'capture.not-ready')
  async reveal(@Param('id', { schema: idParameter }) id: string): Promise<RevealedSecret> {
    const { captureId, ...row } = await this.search.credential(id);
    const secret = row.revealable ? await this.packets.secret(captureId, row) : null;
    if (secret === null)
      throw new WirecaseError('credential.not-readable', 'The secret was not seen whole, or stands too deep in its flow.');
    return { kind: row.kind as CredentialKind, user: row.user, secret };
  }
}
