export { type Follower, type FollowerState, Followers, type Supervision } from './followers.js';
