/** A Maven package and a Docker image, both published, in twelve seconds: the scenario that the demo shows first. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { imagePush, mavenPackage } from './parts.ts';

export const success: ScenarioSource = {
  name: 'success',
  description: 'Maven package and Docker image, both published; about 12 seconds of flowing text',
  queueSeconds: 0.5,
  steps: [
    checkout('server', 1.2),
    mavenPackage(5),
    {
      name: '上传软件包到软件发布库',
      mark: 'upload_artifact',
      moduleId: 'devcloud2018.codeci_action_20015.action',
      seconds: 1.2,
      lines: [
        { text: '开始上传文件: target/server-1.0.jar', tagged: true },
        { text: '上传成功: /server/{{daily}}/server-1.0.jar (18.4 MB)', tagged: true },
      ],
    },
    imagePush(3.8),
  ],
  artifacts: {
    packages: {
      'server-1.0.jar': {
        name: 'server-1.0.jar',
        version: '{{daily}}',
        packageType: 'jar',
        type: 'generic',
        uri: '/server/{{daily}}/server-1.0.jar',
      },
    },
    images: {
      server: {
        name: 'server',
        version: '1.0.{{number}}',
        packageType: 'docker',
        type: 'docker',
        uri: 'swr.cn-north-4.myhuaweicloud.com/demo/server:1.0.{{number}}',
      },
    },
  },
};
