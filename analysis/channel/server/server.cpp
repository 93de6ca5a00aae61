#include "channel/server/server.h"

#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"
#include "channel/protocol/shared_segment.h"
#include "channel/server/answers.h"
#include "channel/server/open_files.h"
#include "channel/server/process.h"
#include "channel/server/stream_answers.h"
#include "channel/server/table_shelf.h"
#include "data/block.h"
#include "data/error.h"
#include "plots/plot_desk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <poll.h>
#include <set>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace discern::channel {

using data::UsageError;
using nlohmann::json;

namespace {

constexpr std::size_t maxQueue = 100'000;     ///< requests that wait
constexpr int background = 2;                 ///< the priority from which nobody waits for the answer
constexpr std::chrono::milliseconds rest{60}; ///< after an answer, before work that nobody asked for goes on
constexpr int tableShare = 4; ///< of the service's memory, for tables that are looked at: one in so many parts
constexpr int plotShare = 4;  ///< and for the fields that plots are made of
constexpr std::int64_t maxSeries = std::int64_t{1} << 24;

/// Calls `f` with what went wrong, for whoever asked.
template <typename F>
void describe(const std::exception_ptr& error, const std::string& subject, F&& f) {
  try {
    std::rethrow_exception(error);
  } catch (const data::ReadError& e) {
    f(ErrorKind::Read, std::string(e.what()));
  } catch (const UsageError& e) {
    f(ErrorKind::Usage, std::string(e.what()));
  } catch (const SegmentError& e) {
    f(ErrorKind::Memory, std::string(e.what()));
  } catch (const std::bad_alloc&) {
    f(ErrorKind::Internal, subject + "there is not enough memory for this; ask for a coarser level or a smaller part");
  } catch (const std::exception& e) {
    f(ErrorKind::Internal, subject + e.what());
  } catch (...) {
    f(ErrorKind::Internal, subject + "an error without a description");
  }
}

std::string subjectOf(const Request& request) {
  const auto path = request.params.find("path");
  return path != request.params.end() && path->is_string() ? path->get<std::string>() + ": " : std::string();
}

/// The name of the segment that a request wants filled; empty when there is none.
std::string segmentOf(const Request& request) {
  const auto shm = request.params.find("shm");
  return shm != request.params.end() && shm->is_string() ? shm->get<std::string>() : std::string();
}

/// The parameters of a request as what they stand for.
template <typename T>
T paramsOf(const Request& request) {
  try {
    return request.params.get<T>();
  } catch (const json::exception& error) {
    throw UsageError("the parameters of \"" + request.method + "\" make no sense: " + error.what());
  }
}

std::optional<std::int64_t> idOf(const json& message) {
  if (!message.is_object()) return std::nullopt;
  const auto id = message.find("id");
  return id != message.end() && id->is_number_integer() ? std::optional(id->get<std::int64_t>()) : std::nullopt;
}

} // namespace

class Server::Private {
public:
  Private(Opener opener, int threads) : files_(std::move(opener)), goneEvent_(::eventfd(0, EFD_CLOEXEC)) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    threads_ = threads > 0 ? threads : std::clamp(cores, 2, 4);
  }
  ~Private() {
    end();
    for (std::thread& worker : workers_)
      worker.join();
    if (goneEvent_ >= 0) ::close(goneEvent_);
  }

  std::map<std::string, Method> methods;
  void setIdentity(Identity identity) { files_.setIdentity(std::move(identity)); }

  void serve(int input, int output, const std::string* greeting);
  void notify(const json& notice);
  void waitUntilQuiet(const std::stop_token& stop);

private:
  using Key = std::pair<int, std::uint64_t>; ///< priority, then order of arrival

  void end();
  void message(const LineBuffer::Line& line);
  void cancel(const json& ids);
  void raise(const json& ids, int priority);
  void enqueue(Request request);
  void work();
  [[nodiscard]] bool mayBegin() const;
  void run(Request& request);
  void runOnFile(Request& request);
  void fail(const Request& request, const std::exception_ptr& error);
  void begin(const Request& request) { answers_->say(line({{"begun", request.id}})); }
  void answer(const Request& request, const json& result, const Payload& payload = {});
  void read(const Request& request, OpenFile& file);
  json onFile(const Request& request, OpenFile& file);
  std::shared_ptr<const data::TableView> table(const Request& request, OpenFile& file);

  OpenFiles files_;
  TableShelf tables_{static_cast<double>(defaultMemoryLimit()) / tableShare};
  plots::PlotDesk plots_{static_cast<double>(defaultMemoryLimit()) / plotShare};
  int goneEvent_, threads_;
  std::unique_ptr<Answers> answers_;
  std::vector<std::thread> workers_;

  std::mutex mutex_; ///< guards what follows
  std::condition_variable wake_;
  std::map<Key, Request> queue_;
  std::map<std::int64_t, Key> queued_;
  std::set<std::string> segments_; ///< names the asker would leave behind if it died now
  std::uint64_t arrivals_ = 0;
  int background_ = 0;                  ///< requests of that priority that are worked on
  std::multiset<std::int64_t> working_; ///< requests that are worked on
  std::condition_variable_any quiet_;
  std::chrono::steady_clock::time_point lastWork_; ///< when a request was last answered
  bool serving_ = false;
  bool ending_ = false;
};

void Server::Private::serve(int input, int output, const std::string* greeting) {
  if (greeting) {
    answers_ = std::make_unique<StreamAnswers>(output, goneEvent_);
    answers_->say(*greeting);
  } else {
    answers_ = std::make_unique<PlainAnswers>(output, goneEvent_);
  }
  {
    const std::lock_guard lock(mutex_);
    serving_ = true;
  }
  for (int i = 0; i < threads_; ++i)
    workers_.emplace_back([this] { work(); });
  LineBuffer lines(maxRequestLine);
  std::array<char, 65536> bytes;
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{input, POLLIN, 0}, pollfd{goneEvent_, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if (waiting[1].revents != 0) break;
    const ssize_t count = ::read(input, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    try {
      lines.append({bytes.data(), static_cast<std::size_t>(count)});
      while (const auto line = lines.next())
        message(*line);
    } catch (const std::bad_alloc&) {
      answers_->say("{\"id\":null,\"error\":{\"kind\":\"internal\",\"message\":\"out of memory\"}}\n");
    }
  }
  end();
}

void Server::Private::end() {
  if (answers_) answers_->stop();
  const std::lock_guard lock(mutex_);
  ending_ = true;
  queue_.clear();
  queued_.clear();
  for (const std::string& name : segments_)
    SharedSegment::remove(name); // the asker is gone
  segments_.clear();
  wake_.notify_all();
  quiet_.notify_all();
}

void Server::Private::message(const LineBuffer::Line& text) {
  if (text.tooLong) {
    answers_->say(errorLine(std::nullopt, ErrorKind::Usage,
                            "a request is longer than " + std::to_string(maxRequestLine) + " bytes"));
    return;
  }
  if (text.text.find_first_not_of(" \t\r") == std::string::npos) return;
  const json message = json::parse(text.text, nullptr, false);
  if (message.is_discarded()) {
    answers_->say(errorLine(std::nullopt, ErrorKind::Usage, "a request is no JSON"));
    return;
  }
  try {
    if (message.is_object() && message.contains("cancel")) {
      cancel(message["cancel"]);
    } else if (message.is_object() && message.contains("got")) {
      answers_->received(static_cast<std::uint64_t>(integerParam(message, "got", 0, INT64_MAX)));
    } else if (message.is_object() && message.contains("ping")) {
      answers_->say(line({{"pong", message["ping"]}}));
    } else if (message.is_object() && message.contains("raise")) {
      raise(message["raise"], static_cast<int>(integerParam(message, "priority", 0, 1000, 0)));
    } else {
      Request request = requestFrom(message);
      if (request.method == "close") return run(request); // at once: what is asked next means the file as it is then
      enqueue(std::move(request));
    }
  } catch (const UsageError& error) {
    answers_->say(errorLine(idOf(message), ErrorKind::Usage, error.what()));
  }
}

void Server::Private::cancel(const json& ids) {
  if (!ids.is_array()) throw UsageError("\"cancel\" is an array of ids");
  for (const json& id : ids) {
    if (!id.is_number_integer()) throw UsageError("\"cancel\" is an array of ids");
    bool begun = false;
    {
      const std::lock_guard lock(mutex_);
      begun = working_.contains(id.get<std::int64_t>());
      if (const auto found = queued_.find(id.get<std::int64_t>()); found != queued_.end()) {
        const auto request = queue_.find(found->second);
        segments_.erase(segmentOf(request->second));
        queue_.erase(request);
        queued_.erase(found);
        continue;
      }
    }
    files_.cancel(id.get<std::int64_t>());
    answers_->drop(id.get<std::int64_t>(), begun);
  }
}

void Server::Private::raise(const json& ids, int priority) {
  if (!ids.is_array()) throw UsageError("\"raise\" is an array of ids");
  const std::lock_guard lock(mutex_);
  for (const json& id : ids) {
    if (!id.is_number_integer()) throw UsageError("\"raise\" is an array of ids");
    const auto found = queued_.find(id.get<std::int64_t>());
    if (found == queued_.end() || found->second.first <= priority) continue;
    auto node = queue_.extract(found->second);
    found->second.first = priority;
    node.key() = found->second;
    node.mapped().priority = priority;
    queue_.insert(std::move(node));
  }
}

void Server::Private::enqueue(Request request) {
  const std::lock_guard lock(mutex_);
  if (ending_) return;
  if (queue_.size() >= maxQueue) throw UsageError("too many requests are waiting");
  const Key key{request.priority, arrivals_++};
  if (!queued_.emplace(request.id, key).second) throw UsageError("a request with this id is waiting already");
  if (const std::string segment = segmentOf(request); !segment.empty()) segments_.insert(segment);
  queue_.emplace(key, std::move(request));
  wake_.notify_one();
}

void Server::Private::work() {
  for (;;) {
    Request request;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || mayBegin(); });
      if (ending_) return;
      request = std::move(queue_.begin()->second);
      background_ += request.priority >= background ? 1 : 0;
      queue_.erase(queue_.begin());
      queued_.erase(request.id);
      working_.insert(request.id);
    }
    const std::int64_t id = request.id; // of which nothing is left when it is parked
    const bool inBackground = request.priority >= background;
    try {
      run(request);
    } catch (...) {
      try {
        fail(request, std::current_exception());
      } catch (...) { // no memory even for saying so
        std::fputs("discern: a request could not be answered\n", stderr);
      }
    }
    const std::lock_guard lock(mutex_);
    segments_.erase(segmentOf(request));
    if (const auto mine = working_.find(id); mine != working_.end()) working_.erase(mine);
    answers_->done(id);
    lastWork_ = std::chrono::steady_clock::now();
    quiet_.notify_all();
    if (!inBackground) continue;
    --background_;
    wake_.notify_one();
  }
}

void Server::Private::notify(const json& notice) {
  {
    const std::lock_guard lock(mutex_);
    if (!serving_ || ending_) return;
  }
  answers_->say(line({{"notice", notice}}));
}

void Server::Private::waitUntilQuiet(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && !ending_) {
    const auto rested = std::chrono::steady_clock::now() - lastWork_;
    if (!queue_.empty() || !working_.empty())
      quiet_.wait(lock, stop, [this] { return ending_ || (queue_.empty() && working_.empty()); });
    else if (rested >= rest)
      return;
    else
      quiet_.wait_for(lock, stop, rest - rested, [this] { return ending_ || !working_.empty(); });
  }
}

/// Whether the next request may begin: work in the background leaves one thread to those who wait in front of the
/// screen.
bool Server::Private::mayBegin() const {
  if (queue_.empty()) return false;
  return queue_.begin()->first.first < background || threads_ == 1 || background_ < threads_ - 1;
}

void Server::Private::answer(const Request& request, const json& result, const Payload& payload) {
  answers_->answer(request.id, request.priority, result, payload);
}

void Server::Private::fail(const Request& request, const std::exception_ptr& error) {
  describe(error, subjectOf(request),
           [&](ErrorKind kind, const std::string& text) { answers_->say(errorLine(request.id, kind, text)); });
}

void Server::Private::run(Request& request) {
  if (request.method == "hello") {
    const auto version = integerParam(request.params, "version", 0, INT32_MAX);
    if (version != protocolVersion)
      throw UsageError("this data service speaks version " + std::to_string(protocolVersion) +
                       " of the protocol, not " + std::to_string(version));
    return answer(request,
                  {{"version", protocolVersion}, {"program", program_invocation_short_name}, {"pid", ::getpid()}});
  }
  if (request.method == "close") {
    files_.close(textParam(request.params, "path"));
    return answer(request, json::object());
  }
  if (const auto method = methods.find(request.method); method != methods.end()) {
    begin(request);
    return answer(request, method->second(request.params));
  }
  runOnFile(request);
}

void Server::Private::runOnFile(Request& request) {
  constexpr std::array<std::string_view, 13> known{"open", "read",   "series", "statistics", "table", "shape",  "probe",
                                                   "rows", "column", "points", "line",       "sky",   "compute"};
  if (std::find(known.begin(), known.end(), request.method) == known.end())
    throw UsageError("there is no method \"" + request.method + "\"");
  bool begun = false;
  OpenFiles::Result opened = files_.get(textParam(request.params, "path"), request, [&] {
    begin(request);
    begun = true;
  });
  if (opened.parked) return;
  for (Request& waiting : opened.released) {
    if (opened.error) {
      fail(waiting, opened.error);
      const std::lock_guard lock(mutex_);
      segments_.erase(segmentOf(waiting));
    } else {
      const std::lock_guard lock(mutex_);
      const Key key{waiting.priority, arrivals_++};
      if (ending_ || !queued_.emplace(waiting.id, key).second) continue;
      queue_.emplace(key, std::move(waiting));
      wake_.notify_one();
    }
  }
  if (opened.error) std::rethrow_exception(opened.error);
  if (!begun) begin(request);
  if (request.method == "read") return read(request, *opened.file);
  if (request.method == "shape") {
    const std::string bytes = data::packShape(opened.file->grids().shape(shapeParam(request.params, "shape")));
    if (bytes.size() > maxRawPayload)
      throw UsageError("what is drawn of the grid has " + std::to_string(bytes.size()) + " bytes; at most " +
                       std::to_string(maxRawPayload) + " are sent. A plane through it can be shown");
    return answer(request, {{"bytes", bytes.size()}}, {bytes, sizeof(float)});
  }
  answer(request, onFile(request, *opened.file));
}

void Server::Private::read(const Request& request, OpenFile& file) {
  const json& params = request.params;
  const auto field = file.field(textParam(params, "field"));
  const data::Slab slab = slabParam(params, "slab");
  const std::size_t bytes = checkedBytes(field->info(), slab);
  json result{{"bytes", bytes}, {"stamp", file.stamp()}};
  if (!params.contains("shm")) {
    if (bytes > maxRawPayload)
      throw UsageError("the box has " + std::to_string(bytes) + " bytes; without shared memory at most " +
                       std::to_string(maxRawPayload) + " are sent");
    std::vector<std::byte> payload(bytes);
    const bool lasts = !file.identity().empty() && field->isFinal(slab);
    field->read(slab, payload);
    if (lasts && field->isFinal(slab)) result["identity"] = file.identity(); // it was, all the while
    return answer(request, result,
                  {{reinterpret_cast<const char*>(payload.data()), payload.size()},
                   data::sizeOf(field->info().type),
                   params.value("predict", json()) == true ? rowOf(slab.box) : 0});
  }
  {
    const SharedSegment segment = SharedSegment::attach(textParam(params, "shm"), bytes);
    field->read(slab, {segment.data(), bytes});
  }
  answer(request, result);
}

std::shared_ptr<const data::TableView> Server::Private::table(const Request& request, OpenFile& file) {
  const std::string name = textParam(request.params, "name");
  return tables_.get(file.info().path + '\0' + file.stamp() + '\0' + name, [&] { return file.table(name); });
}

json Server::Private::onFile(const Request& request, OpenFile& file) {
  const json& params = request.params;
  if (request.method == "open") {
    json result = file.info();
    result["stamp"] = file.stamp();
    if (!file.identity().empty()) result["identity"] = file.identity();
    return result;
  }
  if (request.method == "table") return file.table(textParam(params, "name"));
  if (request.method == "probe") {
    const data::GridReading reading = file.grids().probe(shapeParam(params, "shape"), placeParam(params, "world"));
    return {{"cell", reading.cell}, {"value", reading.value}};
  }

  if (request.method == "compute")
    return plots_.answer(textParam(params, "what"), params.contains("request") ? params.at("request") : json(),
                         [this](const std::string& path) {
                           const auto one = files_.now(path);
                           return plots::Source{one->stamp(),
                                                [one](const std::string& name) { return one->field(name); },
                                                [one](const std::string& name) { return one->table(name); }};
                         });
  if (request.method == "rows") return table(request, file)->page(paramsOf<data::RowsRequest>(request));
  if (request.method == "column") return table(request, file)->summary(paramsOf<data::ColumnRequest>(request));
  if (request.method == "points") return table(request, file)->points(paramsOf<data::PointsRequest>(request));

  const auto field = file.field(textParam(params, "field"));
  if (request.method == "line") return data::lineThrough(*field, paramsOf<data::LineRequest>(request));
  const data::FieldInfo& info = field->info();
  if (request.method == "sky") return field->skyAt(placeParam(params, "index"));
  const int component = static_cast<int>(integerParam(params, "component", 0, info.components - 1, 0));
  if (request.method == "statistics") {
    const auto time = integerParam(params, "time", 0, info.time.size - 1, 0);
    const auto sample = integerParam(params, "sample", 1, std::int64_t{1} << 28, std::int64_t{1} << 20);
    return data::statistics(*field, time, component, sample);
  }
  const data::Index3 voxel = voxelParam(params, "voxel", info.shape);
  const auto from = integerParam(params, "from", 0, info.time.size, 0);
  const auto to = integerParam(params, "to", from, info.time.size, info.time.size);
  if (to - from > maxSeries)
    throw UsageError("at most " + std::to_string(maxSeries) + " steps of a series can be had at once");
  std::vector<double> values(static_cast<std::size_t>(to - from));
  if (!values.empty()) field->series(voxel, from, to, component, values);
  json numbers = json::array();
  for (const double value : values)
    numbers.push_back(std::isfinite(value) ? json(value) : json());
  return {{"values", std::move(numbers)}};
}

Server::Server(Opener opener, int threads) : d(std::make_unique<Private>(std::move(opener), threads)) {}
Server::~Server() = default;
void Server::setIdentity(Identity identity) { d->setIdentity(std::move(identity)); }
void Server::addMethod(const std::string& name, Method method) { d->methods[name] = std::move(method); }
void Server::notify(const nlohmann::json& notice) { d->notify(notice); }
void Server::waitUntilQuiet(const std::stop_token& stop) { d->waitUntilQuiet(stop); }
void Server::serve(int input, int output) { d->serve(input, output, nullptr); }
void Server::serveStream(int input, int output, const std::string& release) {
  const std::string greeting = greetingLine(release);
  d->serve(input, output, &greeting);
}

} // namespace discern::channel
