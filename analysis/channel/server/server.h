#pragma once
#include "data/field_source.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>

namespace discern::channel {

/// The data service: reads requests on one descriptor, answers on another, until the input ends.
/// Files are opened with `opener`, so that this layer knows no format.
class Server {
public:
  using Opener = std::function<std::shared_ptr<data::Dataset>(const std::string& path)>;
  using Method = std::function<nlohmann::json(const nlohmann::json& params)>;
  /// `threads`: how many requests are worked on at once; 0: one a core, at least two and at most four.
  /// One of several is kept free of requests in the background (priority 2 and above).
  explicit Server(Opener opener, int threads = 0);
  /// Waits for the requests that are being worked on. A program that ends with its input leaves by std::_Exit instead.
  ~Server();
  /// What tells the content of a file from that of any other time, so that an asker may keep what it read after both
  /// are gone; empty: nothing does. Asked before the file is opened. Without it, nobody keeps anything.
  using Identity = std::function<std::string(const std::string& path)>;
  void setIdentity(Identity identity);
  /// Another method under `name`; it throws to answer with an error. Runs on a worker thread.
  void addMethod(const std::string& name, Method method);
  /// Tells whoever asks something that it did not ask for: `{"notice": …}`. Any thread; before serve() nothing happens.
  void notify(const nlohmann::json& notice);
  /// Returns when for a moment nobody has waited for an answer, or `stop` is asked: what works in the background does
  /// so between its steps.
  void waitUntilQuiet(const std::stop_token& stop);
  /// Serves until the end of input, or until nobody reads the output, and returns at once: requests without an answer
  /// are dropped. Nothing else may write to `output`. To be called once.
  void serve(int input, int output);
  /// As serve(), for an asker on another machine: greets with `release` (its version, for a person), sends payloads in
  /// packed pieces, the most urgent first, and no more at once than the link carries.
  void serveStream(int input, int output, const std::string& release);

private:
  class Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::channel
