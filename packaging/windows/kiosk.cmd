@echo off
rem Starts the kiosk and starts it again two seconds after it ended, however it ended. See docs/windows.md.
setlocal
set HERE=%~dp0
set PYTHONUTF8=1
set PYTHONFAULTHANDLER=1
set PYTHONPATH=%HERE%app
cd /d "%HERE%"
:again
"%HERE%venv\Scripts\python.exe" -s -P -m kiosk --config "%HERE%config.yaml" --data "%LOCALAPPDATA%\SatisfactionKiosk" run
timeout /t 2 /nobreak >nul
goto again
