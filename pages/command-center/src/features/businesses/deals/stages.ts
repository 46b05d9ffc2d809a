// Pipelines and their stages by id.
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';

import { api } from '@/api';
import type { Schema } from '@/api';
import { usePermissions } from '@/session';

import { wholeList } from '../choices.ts';

export function usePipelines() {
  const { can } = usePermissions();
  const found = useQuery({
    queryKey: ['whole-pipelines'],
    queryFn: () =>
      wholeList('pipelines', (cursor) =>
        api.get('/api/v1/pipelines', { params: { query: { limit: '100', ...(cursor ? { cursor } : {}) } } }),
      ),
    staleTime: 60_000,
    enabled: can('pipelines:read'),
  });
  const pipelines = computed<Schema<'PipelineOut'>[]>(() => found.data.value ?? []);
  const stages = computed(
    () => new Map(pipelines.value.flatMap((pipeline) => pipeline.stages.map((stage) => [stage.id, { stage, pipeline }] as const))),
  );
  return { pipelines, stageOf: (id: string) => stages.value.get(id) };
}
