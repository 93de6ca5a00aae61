#pragma once
#include "data/field_source.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace discern::channel {

/// The data service: reads requests on one descriptor, answers on another, until the input ends.
/// Files are opened with `opener`, so that this layer knows no format.
class Server {
public:
  using Opener = std::function<std::shared_ptr<data::Dataset>(const std::string& path)>;
  using Method = std::function<nlohmann::json(const nlohmann::json& params)>;
  explicit Server(Opener opener, int threads = 0);
  ~Server();
  /// Another method under `name`; it throws to answer with an error. Runs on a worker thread.
  void addMethod(const std::string& name, Method method);
  /// Serves until end of input. Nothing else may write to `output`.
  void serve(int input, int output);

private:
  class Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::channel
