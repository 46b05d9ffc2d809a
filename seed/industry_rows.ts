import { INDUSTRIES } from './industries.ts';
import { Random } from './random.ts';
import type { IndustryRow } from './rows.ts';
import { TENANT_ID, tenantSince } from './tenant.ts';
import { uuid7 } from './uuid7.ts';

export function industryRows(seed: number, now: number): IndustryRow[] {
  return INDUSTRIES.map((industry, index) => {
    const at = tenantSince(now) + index;
    return {
      tenant_id: TENANT_ID,
      id: uuid7(at, new Random(seed, 'industry', industry.slug)),
      ...industry,
      display_order: index + 1,
      created_at: at,
      updated_at: at,
    };
  });
}
