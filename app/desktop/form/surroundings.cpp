#include "desktop/form/surroundings.h"

namespace discern::desktop {

Surroundings::Surroundings(link::Link& link, data::FieldProvider& provider,
                           std::function<std::map<std::string, std::string>()> chosen, QObject* parent)
    : QObject(parent), link_(link), provider_(provider), chosen_(std::move(chosen)) {}

const session::Layer* Surroundings::layer(const std::string& input) const {
  const auto chosen = chosen_();
  const auto found = chosen.find(input);
  return found == chosen.end() ? nullptr : link_.state().layer(found->second);
}

const data::DatasetInfo* Surroundings::dataset(const std::string& input) const {
  const session::Layer* its = layer(input);
  return its ? provider_.info(its->path) : nullptr;
}

const data::FieldInfo* Surroundings::field(const std::string& input) const {
  const session::Layer* its = layer(input);
  return its ? fieldOf(*its) : nullptr;
}

const data::FieldInfo* Surroundings::fieldOf(const session::Layer& its) const {
  const data::DatasetInfo* dataset = provider_.info(its.path);
  return dataset ? dataset->field(its.field) : nullptr;
}

} // namespace discern::desktop
