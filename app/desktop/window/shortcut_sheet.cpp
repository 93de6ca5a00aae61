#include "desktop/window/shortcut_sheet.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

ShortcutSheet::ShortcutSheet(const std::vector<ShortcutLine>& lines, QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Keyboard and Mouse"));
  setAttribute(Qt::WA_DeleteOnClose);
  QStringList groups;
  for (const ShortcutLine& line : lines)
    if (!groups.contains(line.group)) groups << line.group;

  auto* page = new QWidget;
  auto* columns = new QHBoxLayout(page);
  columns->setContentsMargins(24, 16, 24, 16);
  columns->setSpacing(40);
  // Groups go into the shortest of three columns, so that the sheet stays level.
  constexpr std::size_t count = 3;
  QVBoxLayout* column[count];
  std::size_t height[count] = {};
  for (auto& made : column) {
    made = new QVBoxLayout;
    made->setSpacing(16);
    columns->addLayout(made, 1);
  }
  for (const QString& group : groups) {
    const auto shortest = static_cast<std::size_t>(std::min_element(height, height + count) - height);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    auto* title = new QLabel(group, page);
    title->setProperty("textSize", "strong");
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    for (const ShortcutLine& line : lines) {
      if (line.group != group) continue;
      auto* words = new QLabel(line.words, page);
      auto* keys = new QLabel(line.keys, page);
      keys->setProperty("tone", "muted");
      keys->setAlignment(Qt::AlignRight);
      grid->addWidget(words, row, 0);
      grid->addWidget(keys, row++, 1);
      ++height[shortest];
    }
    height[shortest] += 2;
    column[shortest]->addLayout(grid);
  }
  for (auto* made : column)
    made->addStretch(1);

  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(page);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  buttons->setContentsMargins(16, 8, 16, 16);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 8, 0, 0);
  whole->addWidget(scroll, 1);
  whole->addWidget(buttons);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  const QSize room = parent ? parent->size() - QSize(96, 96) : QSize(1000, 640);
  resize(QSize(std::max(960, page->sizeHint().width() + 24), page->sizeHint().height() + 88).boundedTo(room));
}

} // namespace discern::desktop
