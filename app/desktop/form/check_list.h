#pragma once
#include <QIcon>
#include <QListWidget>
#include <cstdint>
#include <set>
#include <vector>

namespace discern::desktop {

/// Items with a tick each; Space or a click anywhere on one ticks it. As tall as its items, up to six rows.
class CheckList final : public QListWidget {
  Q_OBJECT
public:
  struct Item {
    std::int64_t value = 0;
    QString text;
    QIcon picture;
  };
  explicit CheckList(QWidget* parent = nullptr);
  /// Ticks stay with their values.
  void setItems(const std::vector<Item>& items);
  [[nodiscard]] std::set<std::int64_t> checked() const;
  void setChecked(const std::set<std::int64_t>& values);
  /// Shows those whose text holds `words`, in any case.
  void filter(const QString& words);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

Q_SIGNALS:
  void changed(); ///< by the person

protected:
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;

private:
  bool quiet_ = false;
  QListWidgetItem* pressed_ = nullptr;
};

} // namespace discern::desktop
