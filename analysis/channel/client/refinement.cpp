#include "channel/client/refinement.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace discern::channel {

void from_json(const nlohmann::json& json, Refinement& refinement) {
  using State = Refinement::State;
  const std::string state = json.at("state");
  refinement.state = state == "running"     ? State::Running
                     : state == "done"      ? State::Done
                     : state == "cancelled" ? State::Stopped
                     : state == "unkept"    ? State::Unkept
                                            : State::Failed;
  refinement.path = json.at("path");
  refinement.field = json.at("field");
  refinement.time = json.at("time");
  refinement.component = json.at("component");
  refinement.levels = json.at("levels");
  refinement.done = json.at("done");
  refinement.total = json.at("total");
  refinement.seconds = json.at("seconds");
  refinement.message = json.value("message", "");
}

} // namespace discern::channel
