/*
 * The wire's own words, as the client package generates them from the server's definitions. They are CommonJS that fills its
 * exports at run time, so they are only to be had as a whole.
 */
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';

export const { Empty, MaximumAppendSizeExceeded, StreamIdentifier, UUID, WrongExpectedVersion } = sharedMessages;
export const { AppendReq, BatchAppendReq, ReadReq } = streamsMessages;
export const { GossipClient } = gossipService;
export const { StreamsClient } = streamsService;
export type { MemberInfo as MemberMessage } from '@eventstore/db-client/generated/gossip_pb.js';
export type { UUID as UuidMessage } from '@eventstore/db-client/generated/shared_pb.js';
export type { StreamsClient as Streams } from '@eventstore/db-client/generated/streams_grpc_pb.js';
export type {
  BatchAppendReq as BatchAppendRequest,
  BatchAppendResp as BatchAppendResponse,
  ReadReq as ReadRequest,
  ReadResp as ReadResponse,
} from '@eventstore/db-client/generated/streams_pb.js';
