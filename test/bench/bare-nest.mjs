import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FileRequestBody } from '#bodies';
import { Valid } from '../../dist/apps/api/src/http/valid.pipe.js';

/** The same body, validated by the same pipe, and nothing behind it: what the framework itself costs. */
class BareController {
  file(body) {
    return { id: 'none', ...body };
  }
}
const decorate = (decorators, target, key) =>
  decorators.forEach((decorator) => decorator(target, key, Object.getOwnPropertyDescriptor(target, key)));
decorate([Post(), HttpCode(201)], BareController.prototype, 'file');
Body(new Valid(FileRequestBody))(BareController.prototype, 'file', 0);
Controller('v1/service-requests')(BareController);

class BareModule {}
Module({ controllers: [BareController] })(BareModule);

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
process.stdout.write(`ready at ${await app.getUrl()}\n`);
process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
