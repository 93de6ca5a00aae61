#include "analyses/role_doubt.h"

#include "data/alignment.h"

#include <QObject>

namespace discern::desktop {

namespace {

QString str(const std::string& text) { return QString::fromStdString(text); }

const data::FieldInfo* fieldOf(const data::FieldProvider& provider, const session::Layer& layer) {
  const data::DatasetInfo* dataset = provider.info(layer.path);
  return dataset && layer.grid.empty() ? dataset->field(layer.field) : nullptr;
}

const session::Layer* predictionOf(const session::State& state) {
  if (const session::Layer* named = state.layer(state.comparison.prediction)) return named;
  for (auto layer = state.layers.rbegin(); layer != state.layers.rend(); ++layer)
    if (layer->role == session::Role::Prediction) return &*layer;
  return nullptr;
}

} // namespace

QString truthDoubt(const session::State& state, const data::FieldProvider& provider, const session::Layer& layer) {
  if (!provider.info(layer.path)) return {};
  const data::FieldInfo* field = fieldOf(provider, layer);
  const QString about = QObject::tr("“%1” as the truth: ").arg(str(layer.name));
  if (!field)
    return about + QObject::tr("labels were expected, and this is a shape without values. Choose a field of labels.");
  if (const std::string why = data::whyNoLabels(*field); !why.empty()) return about + str(why);
  const session::Layer* partner = predictionOf(state);
  const data::FieldInfo* predicted = partner && partner->id != layer.id ? fieldOf(provider, *partner) : nullptr;
  if (!predicted) return {};
  const std::string why = data::whyNotVoxelByVoxel(*field, *predicted);
  return why.empty() ? QString() : about + str(why);
}

QString comparisonDoubt(const data::FieldProvider& provider, const session::Layer& truth,
                        const session::Layer& prediction) {
  const data::FieldInfo *right = fieldOf(provider, truth), *left = fieldOf(provider, prediction);
  for (const auto& [layer, field] : {std::pair{&truth, right}, std::pair{&prediction, left}}) {
    if (!provider.info(layer->path)) continue; // the run itself will find out
    if (!field) return QObject::tr("“%1” has no values, so it can't be compared.").arg(str(layer->name));
    if (const std::string why = data::whyNoLabels(*field); !why.empty())
      return QObject::tr("“%1” can't be compared. ").arg(str(layer->name)) + str(why);
  }
  if (!right || !left) return {};
  const std::string why = data::whyNotVoxelByVoxel(*right, *left);
  return why.empty()
             ? QString()
             : QObject::tr("“%1” and “%2” can't be compared. ").arg(str(prediction.name), str(truth.name)) + str(why);
}

} // namespace discern::desktop
