/** Lists the roles of a CodeArts project with their ids, and says which of them may start builds by default (documented 2026). */

interface ProjectRole {
  readonly id: number;
  readonly name: string;
  readonly executes: boolean;
}

export const projectRoles = {
  'project-manager': { id: 3, name: '项目经理', executes: true },
  developer: { id: 4, name: '开发人员', executes: true },
  'system-engineer': { id: 11, name: '系统工程师', executes: true },
  committer: { id: 12, name: 'Committer', executes: true },
  tester: { id: 6, name: '测试人员', executes: false },
  participant: { id: 7, name: '参与者', executes: false },
  viewer: { id: 8, name: '浏览者', executes: false },
  'operations-manager': { id: 9, name: '运维经理', executes: false },
  'product-manager': { id: 10, name: '产品经理', executes: false },
} as const satisfies Record<string, ProjectRole>;

export type ProjectRoleName = keyof typeof projectRoles;
