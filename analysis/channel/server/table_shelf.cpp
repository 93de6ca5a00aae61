#include "channel/server/table_shelf.h"

#include <algorithm>

namespace discern::channel {

std::shared_ptr<const data::TableView> TableShelf::get(const std::string& key,
                                                       const std::function<data::Table()>& load) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& one) { return one->key == key; });
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
    } else {
      entries_.push_front(std::make_shared<Entry>());
      entries_.front()->key = key;
    }
    entry = entries_.front();
  }
  const std::lock_guard reading(entry->reading);
  if (!entry->view) { // nobody else has read it meanwhile
    auto view = std::make_shared<const data::TableView>(load());
    const std::lock_guard lock(mutex_);
    entry->view = std::move(view);
    trim();
  }
  return entry->view;
}

void TableShelf::trim() {
  double held = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    held += (*entry)->view ? (*entry)->view->bytes() : 0;
    const bool kept = entry == entries_.begin() || !(*entry)->view || held <= budget_;
    entry = kept ? std::next(entry) : entries_.erase(entry);
  }
}

std::size_t TableShelf::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) { return entry->view != nullptr; }));
}

} // namespace discern::channel
