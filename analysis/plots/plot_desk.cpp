#include "plots/plot_desk.h"

#include "data/error.h"
#include "plots/field_shelf.h"
#include "plots/network.h"
#include "plots/workings.h"

#include <nlohmann/json.hpp>

namespace discern::plots {

using nlohmann::json;

struct PlotDesk::Private {
  explicit Private(double bytes) : shelf(bytes) {}
  FieldShelf shelf;
};

PlotDesk::PlotDesk(double bytes) : d(std::make_unique<Private>(bytes)) {}
PlotDesk::~PlotDesk() = default;

json PlotDesk::answer(const std::string& what, const json& request, const Sources& sources) {
  try {
    if (what == data::MatrixRequest::name) return matrix(request.get<data::MatrixRequest>(), sources);
    if (what == data::NetworkRequest::name) return network(request.get<data::NetworkRequest>(), sources);
    if (what == data::DensityRequest::name) return density(request.get<data::DensityRequest>(), d->shelf, sources);
    if (what == data::HistogramRequest::name)
      return histogram(request.get<data::HistogramRequest>(), d->shelf, sources);
    if (what == data::SpectrumRequest::name) return spectrum(request.get<data::SpectrumRequest>(), sources);
    if (what == data::CarpetRequest::name) return carpet(request.get<data::CarpetRequest>(), d->shelf, sources);
    if (what == data::ConfusionRequest::name)
      return confusion(request.get<data::ConfusionRequest>(), d->shelf, sources);
    if (what == data::GroupsRequest::name) return groups(request.get<data::GroupsRequest>(), d->shelf, sources);
    if (what == data::MaskRequest::name) return mask(request.get<data::MaskRequest>(), d->shelf, sources);
  } catch (const json::exception& error) {
    throw data::UsageError("a request for the plot \"" + what + "\" makes no sense: " + error.what());
  } catch (const std::invalid_argument& error) {
    throw data::UsageError("the plot \"" + what + "\" can't be worked out: " + error.what());
  }
  throw data::UsageError("there is no plot \"" + what + "\"");
}

} // namespace discern::plots
