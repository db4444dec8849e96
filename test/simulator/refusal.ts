/**
 * The answers that say no: status, code and words, as appendix 6.2 and the gateway have them.
 * Refuses to decide when to say no; the calls and the gateway do that.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const refuse = {
  badParameter: (detail: string) => new Refusal(400, 'CB.00060200', `参数不合法: ${detail}`),
  badJobId: () => new Refusal(400, 'CB.00060201', '任务ID参数不合法'),
  badBusinessId: () => new Refusal(400, 'CB.00060202', '业务ID参数不合法'),
  badFileName: () => new Refusal(400, 'CB.00060203', '文件名称不合法'),
  tooFrequent: () => new Refusal(400, 'CB.00060211', '请求过于频繁，请稍后再试。'),
  busy: () => new Refusal(500, 'CB.00060100', '网络繁忙，请稍后重试！'),
  internal: () => new Refusal(500, 'CB.00060101', '服务内部异常'),
  windowTooLong: () => new Refusal(400, 'CB.00031105', '查询的时间跨度不能超过31天'),
  unknownJob: () => new Refusal(422, 'CB.00031006', '构建任务不存在'),
  unknownBuild: () => new Refusal(422, 'CB.00031006', '构建记录不存在'),
  unknownTemplate: () => new Refusal(422, 'CB.00031006', '构建模板不存在'),
  noHistory: () => new Refusal(403, 'CB.00031059', '该构建没有历史记录'),
  noBackend: () => new Refusal(500, 'CB.00030004', '无法访问构建后端，请查看日志'),
  alreadyEnded: () => new Refusal(400, 'DEV.CB.032302', '构建任务已结束，无法停止'),
  // The reference names no code for the next three; they keep to its classes (see README.md).
  disabled: () => new Refusal(400, 'CB.00031031', '构建任务已被禁用'),
  nameTaken: () => new Refusal(400, 'CB.00031010', '构建任务名称已存在'),
  noFile: () => new Refusal(422, 'CB.00031006', '文件不存在'),
  notAllowed: () => new Refusal(403, 'APIGW.0302', 'The user is not allowed to perform this operation.'),
  noSuchApi: () => new Refusal(404, 'APIGW.0101', 'The API does not exist or has not been published.'),
  unauthenticated: (why: string) =>
    new Refusal(401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`),
  /** What an object store says of a request that is signed twice. */
  twoSignatures: () => new Refusal(400, 'InvalidRequest', 'Only one way of authentication may be used.'),
  tooLarge: () => new Refusal(413, 'APIGW.0201', 'Request entity too large.'),
  throttled: (retryAfter: string | undefined) =>
    new Refusal(
      429,
      'APIGW.0308',
      'The throttling threshold has been reached.',
      retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
    ),
} as const;

/** The body of a refusal; the gateway adds the request's id, the service doesn't. */
export function refusalBody(refusal: Refusal, requestId: string): Record<string, string> {
  const body = { error_code: refusal.code, error_msg: refusal.message };
  return refusal.code.startsWith('APIGW.') ? { ...body, request_id: requestId } : body;
}
