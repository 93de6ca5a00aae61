#pragma once
#include "link/link.h"
#include "scene/panel.h"
#include "style/style.h"

#include <QWidget>
#include <vector>

class QLabel;

namespace discern::views {

/// A strip that always says what is under the cursor: world position with unit, index, then each layer's name and
/// value. Every text can be copied (Ctrl+C copies the strip as tab-separated values). What does not fit is elided, the
/// whole is in the tooltip.
class ProbeBar final : public QWidget {
  Q_OBJECT
public:
  ProbeBar(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  void setStyle(const Style& style);
  /// The strip as tab-separated lines: name, value.
  [[nodiscard]] QString asText() const;
  [[nodiscard]] QString positionText() const { return position_; }
  [[nodiscard]] const std::vector<scene::Reading>& readings() const { return readings_; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

public Q_SLOTS:
  void refresh(); ///< reads the values anew: the data may have changed
  void copy() const;

Q_SIGNALS:
  void changed(); ///< new readings are shown

protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void changeEvent(QEvent* event) override;

private:
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  QString position_, index_;
  std::vector<scene::Reading> readings_;
};

} // namespace discern::views
