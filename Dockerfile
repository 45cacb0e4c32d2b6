# hookledger as an image: `docker build -t hookledger .`. What is in the context is said by .dockerignore.

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
# The image's Node is the one that package.json asks for, so the package `node` needn't fetch its own: no scripts.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit
COPY tsconfig.json ./
COPY src ./src
RUN node node_modules/typescript/bin/tsc
RUN npm prune --omit=dev --ignore-scripts --no-audit

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production HOOKLEDGER_DATA=/data HOOKLEDGER_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY package.json LICENSE ./
COPY bin ./bin
COPY assets ./assets
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8620
ENTRYPOINT ["node", "bin/hookledger.js"]
CMD ["serve"]
