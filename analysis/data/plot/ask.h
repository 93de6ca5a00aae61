#pragma once
#include "data/block.h"
#include "data/plot/plot_request.h"

#include <nlohmann/json.hpp>

namespace discern::data {

/// Asks a provider for what a plot shows; the answer comes as FieldProvider's answers do.
template <typename Answer, typename Request>
void ask(FieldProvider& provider, const Request& request, Priority priority, FieldProvider::Ticket ticket,
         std::function<void(FieldProvider::Reply<Answer>)> done) {
  provider.compute(
      Request::name, request, priority, ticket, [done = std::move(done)](FieldProvider::Reply<nlohmann::json> reply) {
        FieldProvider::Reply<Answer> answer;
        answer.error = std::move(reply.error);
        try {
          if (answer.error.empty()) answer.value = reply.value.get<Answer>();
        } catch (const std::exception& error) {
          answer.error = std::string("the data service gave an answer that can't be read: ") + error.what();
        }
        done(std::move(answer));
      });
}

} // namespace discern::data
