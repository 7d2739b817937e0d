import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Incident, IncidentDetail } from '@wirecase/contract';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import { Incidents } from './incidents.ts';
import { incidentDetail, incidentQuery, incidents, type IncidentQuery } from './schemas.ts';

@ApiTags('Incidents')
@Controller('incidents')
export class IncidentsController {
  constructor(private readonly incidents: Incidents) {}

  @Get()
  @Permit('read:alerts')
  @Answers('Alerts of one attacker that follow one another within 30 minutes, put together; suppressed ones are left out', incidents)
  @Fails('capture.not-found', 'query.timeout')
  list(@Query({ schema: incidentQuery }) query: IncidentQuery): Promise<Incident[]> {
    return this.incidents.list(query);
  }

  @Get(':id')
  @Permit('read:alerts')
  @Answers(
    'The incident that an alert is in, by the id of any of its alerts: the chain in the order of an attack, and everyone in it',
    incidentDetail,
  )
  @Fails('incident.not-found', 'alert.not-found', 'query.timeout')
  get(@Param('id', { schema: idParameter }) id: string): Promise<IncidentDetail> {
    return this.incidents.get(id);
  }
}
