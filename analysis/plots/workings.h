#pragma once
#include "data/plot/plot_request.h"
#include "plots/field_shelf.h"

/// What each plot shows, worked out. All throw data::UsageError for a request that makes no sense.
namespace discern::plots {

[[nodiscard]] data::MatrixAnswer matrix(const data::MatrixRequest& request, const Sources& sources);
[[nodiscard]] data::DensityAnswer density(const data::DensityRequest& request, FieldShelf& shelf,
                                          const Sources& sources);
[[nodiscard]] data::HistogramAnswer histogram(const data::HistogramRequest& request, FieldShelf& shelf,
                                              const Sources& sources);
[[nodiscard]] data::SpectrumAnswer spectrum(const data::SpectrumRequest& request, const Sources& sources);
[[nodiscard]] data::CarpetAnswer carpet(const data::CarpetRequest& request, FieldShelf& shelf, const Sources& sources);
[[nodiscard]] data::ConfusionAnswer confusion(const data::ConfusionRequest& request, FieldShelf& shelf,
                                              const Sources& sources);
[[nodiscard]] data::GroupsAnswer groups(const data::GroupsRequest& request, FieldShelf& shelf, const Sources& sources);
[[nodiscard]] data::MaskAnswer mask(const data::MaskRequest& request, FieldShelf& shelf, const Sources& sources);

} // namespace discern::plots
