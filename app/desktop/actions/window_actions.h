#pragma once
#include "desktop/palette/command_palette.h"

namespace discern::desktop {

class ActionRegistry;
class Catalogue;
class MainWindow;

/// Everything the window can do, as actions.
void addWindowActions(ActionRegistry& actions, MainWindow& window);
/// Enabled and checked as the session is now.
void updateActions(ActionRegistry& actions, MainWindow& window);
/// Undo and Redo alone: whether there is something, and what.
void updateUndo(ActionRegistry& actions, MainWindow& window);
/// The menu bar and the tool bar, of those actions.
void buildMenus(ActionRegistry& actions, MainWindow& window);
void buildToolBar(ActionRegistry& actions, MainWindow& window);
/// Icons that do not belong to an action, in the colours of the theme.
void refreshIcons(MainWindow& window);
/// What the command palette offers: actions, analyses, recent files.
[[nodiscard]] std::vector<PaletteEntry> paletteEntries(ActionRegistry& actions, MainWindow& window,
                                                       const Catalogue& catalogue);

} // namespace discern::desktop
