#include "layers/dataset_watch.h"

#include <QPointer>

namespace discern::views {

DatasetWatch::DatasetWatch(link::Link& link, data::FieldProvider& provider, QObject* parent)
    : QObject(parent), link_(link), provider_(provider) {
  QObject::connect(&link_, &link::Link::layersChanged, this, &DatasetWatch::look);
  QMetaObject::invokeMethod(this, &DatasetWatch::look, Qt::QueuedConnection); // once the owner listens
}

void DatasetWatch::look() {
  for (const session::Layer& layer : link_.state().layers) {
    if (provider_.info(layer.path) || !asked_.insert(layer.path).second) continue;
    provider_.open(layer.path, [watch = QPointer<DatasetWatch>(this),
                                path = layer.path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
      if (!watch) return;
      watch->asked_.erase(path);
      if (reply.error.empty()) Q_EMIT watch->known();
    });
  }
}

} // namespace discern::views
