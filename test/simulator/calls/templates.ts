/** Handles the calls for build templates: query (4.20), create (4.21) and delete (4.22). */
import * as v from 'valibot';
import { utcTime } from '../dates.ts';
import { hexId } from '../identifiers.ts';
import { type Json, jsonSchema } from '../json.ts';
import { errors } from '../service-errors.ts';
import type { Template } from '../template-store.ts';
import { type Answer, type Call, numberFrom, ok, readBody } from './call.ts';
import { parameterJson, parameterSchema } from './job-definition.ts';

const templateSchema = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  description: v.nullish(v.string()),
  tool_type: v.nullish(v.string()),
  template: v.object({
    steps: v.array(
      v.object({
        properties: v.nullish(v.record(v.string(), jsonSchema)),
        module_id: v.string(),
        name: v.nullish(v.string()),
        version: v.nullish(v.string()),
        enable: v.nullish(v.boolean()),
      }),
    ),
  }),
  parameters: v.nullish(v.array(parameterSchema), []),
});

export function createTemplate(call: Call): Answer {
  const body = readBody(call, templateSchema);
  const { templates, seed, clock } = call.cloud;
  const template: Template = {
    id: hexId(24, seed, 'template-id', templates.made),
    uuid: hexId(32, seed, 'template', templates.made),
    name: body.name,
    description: body.description ?? null,
    toolType: body.tool_type ?? null,
    steps: body.template.steps.map((step) => ({
      properties: step.properties ?? null,
      module_id: step.module_id,
      name: step.name ?? null,
      version: step.version ?? null,
      enable: step.enable ?? true,
    })),
    parameters: body.parameters.map(parameterJson),
    createdAt: clock.now(),
  };
  templates.add(template);
  return ok({ result: templateJson(call, template), error: null, status: 'success' });
}

export function queryTemplates(call: Call): Answer {
  const found = call.cloud.templates.named(call.query.get('name') ?? '');
  const page = numberFrom(call, 'page', { min: 0, max: 1_000_000, otherwise: 0 });
  const size = numberFrom(call, 'page_size', { min: 1, max: 100, otherwise: 20 });
  const items = found
    .slice(page * size, (page + 1) * size)
    .map((template) => ({ ...templateJson(call, template), nick_name: call.caller.user }));
  return ok({ result: { total_size: found.length, items }, error: null, status: 'success' });
}

export function deleteTemplate(call: Call): Answer {
  const uuid = call.path('uuid');
  if (!/^[0-9a-z]{32}$/.test(uuid)) throw errors.badBusinessId();
  const template = call.cloud.templates.take(uuid);
  if (template === undefined) throw errors.unknownTemplate();
  return ok({ result: [templateJson(call, template)], error: null, status: 'success' });
}

function templateJson(call: Call, template: Template): Record<string, Json> {
  const domain = call.cloud.iam.users[0]?.domain ?? 'simulator-domain';
  return {
    public: true,
    favourite: false,
    id: template.id,
    uuid: template.uuid,
    template: { steps: template.steps },
    type: 'codeci',
    name: template.name,
    create_time: utcTime(template.createdAt),
    domain_id: call.cloud.domainId,
    weight: 0,
    user_id: call.cloud.userId,
    user_name: call.caller.user,
    domain_name: domain,
    scope: 'custom',
    description: template.description,
    ...(template.toolType === null ? {} : { tool_type: template.toolType }),
    intl_description: {},
    parameters: template.parameters,
    i18n: {},
  };
}
