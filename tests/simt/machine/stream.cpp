#include "tests/simt/machine/stream.h"

#include <set>
#include <utility>

#include "tests/simt/machine/cards.h"
#include "tests/simt/machine/fault.h"

namespace simt {
namespace {

long ran = 0;
std::set<cudaStream_t> streams;

Card& card_of(cudaStream_t stream) { return cards()[static_cast<std::size_t>(stream->card)]; }

}  // namespace

cudaError_t enqueue(cudaStream_t stream, SimtWork work, bool is_kernel) {
  if (stream == nullptr) {
    report(FaultKind::bad_call, "work on the default stream");
    return remember(cudaErrorInvalidValue);
  }
  if (const Card& card = card_of(stream); card.lost != cudaSuccess) return remember(card.lost);
  if (stream->capture != nullptr)
    stream->capture->nodes.push_back({std::move(work), is_kernel});
  else
    stream->waiting.push_back(std::move(work));
  return cudaSuccess;
}

cudaError_t drain(cudaStream_t stream) {
  Card& card = card_of(stream);
  while (!stream->waiting.empty() && card.lost == cudaSuccess) {
    const SimtWork work = std::move(stream->waiting.front());
    stream->waiting.pop_front();
    card.lost = work();
  }
  if (card.lost != cudaSuccess) stream->waiting.clear();
  return remember(card.lost);
}

void drain_all() {
  for (const cudaStream_t stream : streams) drain(stream);
}

cudaError_t launch(cudaStream_t stream, dim3 grid, dim3 block, std::size_t dynamic_shared_bytes,
                   Kernel kernel) {
  const auto run = [=, kernel = std::move(kernel)] {
    Card& card = card_of(stream);
    ++ran;
    if (card.launches_until_lost == 0) return cudaErrorLaunchFailure;
    if (card.launches_until_lost > 0) --card.launches_until_lost;
    const LaunchShape shape{grid, block, dynamic_shared_bytes, card.order};
    return run_kernel(shape, kernel) ? cudaSuccess : cudaErrorIllegalAddress;
  };
  return enqueue(stream, run, true);
}

long launches() { return ran; }

}  // namespace simt

using simt::drain;
using simt::enqueue;
using simt::remember;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new SimtStream{simt::current_card_index(), {}, nullptr};
  simt::streams.insert(*stream);
  return remember(simt::current_card().lost);
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  drain(stream);
  simt::streams.erase(stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (stream->capture != nullptr) return remember(cudaErrorStreamCaptureInvalidated);
  return drain(stream);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new SimtEvent;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event->stream != nullptr) drain(event->stream);
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->stream = stream;
  event->reached = false;
  return enqueue(stream, [event] {
    event->reached = true;
    event->stream = nullptr;
    return cudaSuccess;
  });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return event->stream == nullptr ? cudaSuccess : drain(event->stream);
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  *milliseconds = 1;  // no time passes on a simulated card
  return from->reached && to->reached ? cudaSuccess : remember(cudaErrorNotReady);
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  stream->capture = new SimtGraph;
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = std::exchange(stream->capture, nullptr);
  return *graph == nullptr ? remember(cudaErrorStreamCaptureInvalidated) : cudaSuccess;
}
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, std::size_t* count) {
  if (nodes != nullptr)
    for (std::size_t i = 0; i < *count; ++i) nodes[i] = &graph->nodes[i];
  *count = graph->nodes.size();
  return cudaSuccess;
}
cudaError_t cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType* type) {
  *type = node->is_kernel ? cudaGraphNodeTypeKernel : cudaGraphNodeTypeMemcpy;
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  *exec = new SimtGraph(*graph);
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  for (const SimtGraphNode& node : exec->nodes)
    if (const cudaError_t error = enqueue(stream, node.work, node.is_kernel); error != cudaSuccess)
      return error;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
