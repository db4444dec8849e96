/** Lists the errors that the service and the gateway return: status, code and message, as in appendix 6.2. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const errors = {
  badParameter: (detail: string) => new ServiceError(400, 'CB.00060200', `参数不合法: ${detail}`),
  badJobId: () => new ServiceError(400, 'CB.00060201', '任务ID参数不合法'),
  badBusinessId: () => new ServiceError(400, 'CB.00060202', '业务ID参数不合法'),
  badFileName: () => new ServiceError(400, 'CB.00060203', '文件名称不合法'),
  tooFrequent: () => new ServiceError(400, 'CB.00060211', '请求过于频繁，请稍后再试。'),
  busy: () => new ServiceError(500, 'CB.00060100', '网络繁忙，请稍后重试！'),
  internal: () => new ServiceError(500, 'CB.00060101', '服务内部异常'),
  windowTooLong: () => new ServiceError(400, 'CB.00031105', '查询的时间跨度不能超过31天'),
  unknownJob: () => new ServiceError(422, 'CB.00031006', '构建任务不存在'),
  unknownBuild: () => new ServiceError(422, 'CB.00031006', '构建记录不存在'),
  unknownTemplate: () => new ServiceError(422, 'CB.00031006', '构建模板不存在'),
  noHistory: () => new ServiceError(403, 'CB.00031059', '该构建没有历史记录'),
  noBackend: () => new ServiceError(500, 'CB.00030004', '无法访问构建后端，请查看日志'),
  alreadyEnded: () => new ServiceError(400, 'DEV.CB.032302', '构建任务已结束，无法停止'),
  // The reference names no code for the next three; these follow its classes (see README.md).
  disabled: () => new ServiceError(400, 'CB.00031031', '构建任务已被禁用'),
  nameTaken: () => new ServiceError(400, 'CB.00031010', '构建任务名称已存在'),
  noFile: () => new ServiceError(422, 'CB.00031006', '文件不存在'),
  notAllowed: () => new ServiceError(403, 'APIGW.0302', 'The user is not allowed to perform this operation.'),
  noSuchApi: () =>
    new ServiceError(
      404,
      'APIGW.0101',
      'The API does not exist or has not been published in the environment',
    ),
  unauthenticated: (why: string) =>
    new ServiceError(401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`),
  /** The response of an object store to a request that is signed twice. */
  twoSignatures: () => new ServiceError(400, 'InvalidRequest', 'Only one way of authentication may be used.'),
  tooLarge: () => new ServiceError(413, 'APIGW.0201', 'Request entity too large.'),
  throttled: (retryAfter: string | undefined) =>
    new ServiceError(
      429,
      'APIGW.0308',
      'The throttling threshold has been reached.',
      retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
    ),
} as const;

/** The body of an error. The gateway and STS add the request id, CodeArts Build does not. */
export function errorBody(error: ServiceError, requestId: string): Record<string, string> {
  const body = { error_code: error.code, error_msg: error.message };
  return /^(APIGW|STS5)\./.test(error.code) ? { ...body, request_id: requestId } : body;
}
